"""What the server costs: a load generator and the table it prints (`script/bench`)."""
