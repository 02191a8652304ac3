"""`chappe custodian`: the custodian's own tool, for a machine that has Chappe anyway."""

import typer


def custodian_command(app: typer.Typer) -> None:
    """Add the command, which hands on everything to `chappe-custodian`."""

    @app.command(
        "custodian",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        add_help_option=False,
    )
    def custodian(context: typer.Context) -> None:
        """Keep a share of a server's root key, and answer what it asks: `chappe-custodian`."""
        from chappe_custodian.commands import main  # noqa: PLC0415  seldom needed

        raise typer.Exit(main(context.args))
