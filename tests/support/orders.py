"""Prefills that ask much, one at least for every form: of two sides, of people reached, as guardian, by consent."""

from collections.abc import Mapping
from typing import Final

from tests.support.waves import Asked

DIVORCED, OWNER, TRADER, DRIVER = "046184999004", "024062999011", "036182999021", "024087999022"
FATHER, MOTHER, SON = "001085999013", "001188999014", "001212999015"
GROOM: Final = "001090999001"
ORDERS: Final[Mapping[str, Asked]] = {
    "marriage, both sides": Asked(
        "1.000894",
        "to-khai-ket-hon",
        DIVORCED,
        {"bride": DIVORCED, "groom": GROOM},
        consenting=(GROOM,),
    ),
    "birth, the father reached through the mother": Asked(
        "1.001193",
        "to-khai-khai-sinh",
        MOTHER,
        {"applicant": MOTHER},
        answers={"/nycQuanHe": "MeDe"},
        consenting=(FATHER,),
    ),
    "marital status, one's own": Asked(
        "1.004873",
        "to-khai-xac-nhan-tinh-trang-hon-nhan",
        DIVORCED,
        {"applicant": DIVORCED, "person": DIVORCED},
    ),
    "marital status, as guardian": Asked(
        "1.004873",
        "to-khai-xac-nhan-tinh-trang-hon-nhan",
        FATHER,
        {"applicant": FATHER, "person": SON},
    ),
    "copy of a record, of the spouse reached": Asked(
        "2.000635",
        "to-khai-cap-ban-sao-trich-luc-ho-tich",
        MOTHER,
        {"applicant": MOTHER},
        answers={"/QuanHe": "vo_chong"},
        consenting=(FATHER,),
    ),
    "residence": Asked("1.004222", "ct01", OWNER, {"applicant": OWNER}),
    "land": Asked("1.013833", "don-dang-ky-bien-dong-dat-dai", OWNER, {"owner": OWNER}, province="01"),
    "household business": Asked("1.001612", "giay-de-nghi-dang-ky-ho-kinh-doanh", TRADER, {"owner": TRADER}),
    "judicial record": Asked("3.000333", "to-khai-ly-lich-tu-phap", FATHER, {"applicant": FATHER}),
    "insurance": Asked("2.000986", "tk1-ts", FATHER, {"participant": FATHER}),
    "driving licence": Asked("3.000347", "don-de-nghi-doi-giay-phep-lai-xe", DRIVER, {"applicant": DRIVER}),
}
