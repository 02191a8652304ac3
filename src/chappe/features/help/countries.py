"""Countries and their calling codes, for the list in which apps let somebody choose theirs.

Where several countries share a code, what a number goes on with tells them apart; those that nothing tells
apart, such as the islands under 44, are left to the country they share it with.
"""

from functools import cache
from typing import Final

from chappe.tl import api

from .configuration import answer_hash

# two letters, calling code, perhaps what follows it, name; E.164, and +888 for anonymous numbers
TABLE: Final = """
AF 93 Afghanistan; AL 355 Albania; DZ 213 Algeria; AS 1-684 American Samoa; AD 376 Andorra;
AO 244 Angola; AI 1-264 Anguilla; FT 888 Anonymous Numbers; AG 1-268 Antigua & Barbuda;
AR 54 Argentina; AM 374 Armenia; AW 297 Aruba; AU 61 Australia; AT 43 Austria; AZ 994 Azerbaijan;
BS 1-242 Bahamas; BH 973 Bahrain; BD 880 Bangladesh; BB 1-246 Barbados; BY 375 Belarus; BE 32 Belgium;
BZ 501 Belize; BJ 229 Benin; BM 1-441 Bermuda; BT 975 Bhutan; BO 591 Bolivia;
BQ 599-3/4/7 Bonaire, Sint Eustatius & Saba; BA 387 Bosnia & Herzegovina; BW 267 Botswana;
BR 55 Brazil; VG 1-284 British Virgin Islands; BN 673 Brunei; BG 359 Bulgaria; BF 226 Burkina Faso;
BI 257 Burundi; KH 855 Cambodia; CM 237 Cameroon;
CA 1-204/226/236/249/250/263/289/306/343/354/365/367/368/382/387/403/416/418/428/431/437/438/450/468/
474/506/514/519/548/579/581/584/587/604/613/639/647/672/683/705/709/742/753/778/780/782/807/819/825/867/
873/879/902/905 Canada;
CV 238 Cape Verde; KY 1-345 Cayman Islands; CF 236 Central African Republic; TD 235 Chad; CL 56 Chile;
CN 86 China; CO 57 Colombia; KM 269 Comoros; CD 243 Congo (DR); CG 242 Congo (Republic);
CK 682 Cook Islands; CR 506 Costa Rica; HR 385 Croatia; CU 53 Cuba; CW 599-9 Curaçao; CY 357 Cyprus;
CZ 420 Czech Republic; CI 225 Côte d'Ivoire; DK 45 Denmark; IO 246 Diego Garcia; DJ 253 Djibouti;
DM 1-767 Dominica; DO 1-809/829/849 Dominican Republic; EC 593 Ecuador; EG 20 Egypt;
SV 503 El Salvador; GQ 240 Equatorial Guinea; ER 291 Eritrea; EE 372 Estonia; SZ 268 Eswatini;
ET 251 Ethiopia; FK 500 Falkland Islands; FO 298 Faroe Islands; FJ 679 Fiji; FI 358 Finland;
FR 33 France; GF 594 French Guiana; PF 689 French Polynesia; GA 241 Gabon; GM 220 Gambia;
GE 995 Georgia; DE 49 Germany; GH 233 Ghana; GI 350 Gibraltar; GR 30 Greece; GL 299 Greenland;
GD 1-473 Grenada; GP 590 Guadeloupe; GU 1-671 Guam; GT 502 Guatemala; GN 224 Guinea;
GW 245 Guinea-Bissau; GY 592 Guyana; HT 509 Haiti; HN 504 Honduras; HK 852 Hong Kong; HU 36 Hungary;
IS 354 Iceland; IN 91 India; ID 62 Indonesia; IR 98 Iran; IQ 964 Iraq; IE 353 Ireland; IL 972 Israel;
IT 39 Italy; JM 1-658/876 Jamaica; JP 81 Japan; JO 962 Jordan; KZ 7-6/7 Kazakhstan; KE 254 Kenya;
KI 686 Kiribati; XK 383 Kosovo; KW 965 Kuwait; KG 996 Kyrgyzstan; LA 856 Laos; LV 371 Latvia;
LB 961 Lebanon; LS 266 Lesotho; LR 231 Liberia; LY 218 Libya; LI 423 Liechtenstein; LT 370 Lithuania;
LU 352 Luxembourg; MO 853 Macao; MG 261 Madagascar; MW 265 Malawi; MY 60 Malaysia; MV 960 Maldives;
ML 223 Mali; MT 356 Malta; MH 692 Marshall Islands; MQ 596 Martinique; MR 222 Mauritania;
MU 230 Mauritius; MX 52 Mexico; FM 691 Micronesia; MD 373 Moldova; MC 377 Monaco; MN 976 Mongolia;
ME 382 Montenegro; MS 1-664 Montserrat; MA 212 Morocco; MZ 258 Mozambique; MM 95 Myanmar;
NA 264 Namibia; NR 674 Nauru; NP 977 Nepal; NL 31 Netherlands; NC 687 New Caledonia; NZ 64 New Zealand;
NI 505 Nicaragua; NE 227 Niger; NG 234 Nigeria; NU 683 Niue; NF 672 Norfolk Island; KP 850 North Korea;
MK 389 North Macedonia; MP 1-670 Northern Mariana Islands; NO 47 Norway; OM 968 Oman; PK 92 Pakistan;
PW 680 Palau; PS 970 Palestine; PA 507 Panama; PG 675 Papua New Guinea; PY 595 Paraguay; PE 51 Peru;
PH 63 Philippines; PL 48 Poland; PT 351 Portugal; PR 1-787/939 Puerto Rico; QA 974 Qatar;
RO 40 Romania; RU 7 Russian Federation; RW 250 Rwanda; RE 262 Réunion; SH 290 Saint Helena;
KN 1-869 Saint Kitts & Nevis; LC 1-758 Saint Lucia; PM 508 Saint Pierre & Miquelon;
VC 1-784 Saint Vincent & the Grenadines; WS 685 Samoa; SM 378 San Marino; SA 966 Saudi Arabia;
SN 221 Senegal; RS 381 Serbia; SC 248 Seychelles; SL 232 Sierra Leone; SG 65 Singapore;
SX 1-721 Sint Maarten; SK 421 Slovakia; SI 386 Slovenia; SB 677 Solomon Islands; SO 252 Somalia;
ZA 27 South Africa; KR 82 South Korea; SS 211 South Sudan; ES 34 Spain; LK 94 Sri Lanka; SD 249 Sudan;
SR 597 Suriname; SE 46 Sweden; CH 41 Switzerland; SY 963 Syria; ST 239 São Tomé & Príncipe;
TW 886 Taiwan; TJ 992 Tajikistan; TZ 255 Tanzania; TH 66 Thailand; TL 670 Timor-Leste; TG 228 Togo;
TK 690 Tokelau; TO 676 Tonga; TT 1-868 Trinidad & Tobago; TN 216 Tunisia; TR 90 Turkey;
TM 993 Turkmenistan; TC 1-649 Turks & Caicos Islands; TV 688 Tuvalu; VI 1-340 US Virgin Islands;
US 1 USA; UG 256 Uganda; UA 380 Ukraine; AE 971 United Arab Emirates; GB 44 United Kingdom;
UY 598 Uruguay; UZ 998 Uzbekistan; VU 678 Vanuatu; VE 58 Venezuela; VN 84 Vietnam;
WF 681 Wallis & Futuna; YE 967 Yemen; ZM 260 Zambia; ZW 263 Zimbabwe;
"""


@cache
def countries() -> api.HelpCountriesList:
    """Return the help.countriesList, which is the same for everybody."""
    listed = []
    for row in TABLE.replace("/\n", "/").replace("\n", " ").split(";"):
        if not row.strip():
            continue
        iso2, number, name = row.strip().split(" ", 2)
        code, _, prefixes = number.partition("-")
        kind = api.HelpCountryCode(
            country_code=code, prefixes=prefixes.split("/") if prefixes else None
        )
        listed.append(api.HelpCountry(iso2=iso2, default_name=name, country_codes=[kind]))
    answer = api.HelpCountriesList(countries=listed, hash=0)
    answer.hash = answer_hash(answer)
    return answer
