"""The demonstration county: invented places and people; only the faces are borrowed.

The portraits come from the public-domain pictures of scikit-image and matplotlib, so a few faces
are shared by many persons; every page says "demonstration".
"""

from dataclasses import dataclass
from enum import StrEnum

CENTER = "青河县司法局指挥中心"
OFFICES = (
    "城关司法所",
    "柳林司法所",
    "东河司法所",
    "石桥司法所",
    "龙泉司法所",
    "白云司法所",
    "新安司法所",
    "清溪司法所",
    "永丰司法所",
)
NAMES = (
    *("陈志远", "李文博", "王秀兰", "张建国", "刘晓梅", "赵国庆", "孙立新", "周玉珍", "吴海涛"),
    *("郑小红", "冯大勇", "蒋春燕", "沈卫东", "韩雪梅", "杨光明", "朱丽华", "秦永刚", "许文静"),
    *("何志强", "吕秀英", "施建华", "曹红霞", "严立军", "金美玲", "魏国栋", "陶桂芳", "姜海波"),
    *("谢雅琴", "潘文斌", "葛春生"),
)
GUEST = "体验者"


class Manner(StrEnum):
    """How a demonstration person behaves today."""

    COOPERATIVE = "cooperative"
    SOMEBODY_ELSE = "somebody_else"
    HOLDS_UP_A_PICTURE = "holds_up_a_picture"
    DECLINES_FACE = "declines_face"
    SILENT = "silent"


EXCEPTIONS = {
    4: Manner.SOMEBODY_ELSE,
    9: Manner.DECLINES_FACE,
    14: Manner.SILENT,
    18: Manner.HOLDS_UP_A_PICTURE,
    22: Manner.SILENT,
    27: Manner.SILENT,
}


@dataclass(frozen=True, slots=True)
class Login:
    """A demonstration officer; ``unit`` is None for the center, else an index into OFFICES."""

    username: str
    name: str
    post: str
    role: str
    unit: int | None = None


ADMINISTRATOR = Login("admin", "系统管理员", "管理员", "administrator")
OFFICE_LOGINS = tuple(
    Login(username, name, "值班员", "office_officer", unit)
    for unit, (username, name) in enumerate(
        (
            ("chengguan", "罗燕"),
            ("liulin", "唐军"),
            ("donghe", "邓海燕"),
            ("shiqiao", "彭立新"),
            ("longquan", "曾秀珍"),
            ("baiyun", "萧建平"),
            ("xinan", "田文彬"),
            ("qingxi", "董玉梅"),
            ("yongfeng", "袁志刚"),
        )
    )
)
"""One for each of OFFICES, in their order: who answers at its duty terminal."""
LOGINS = (
    Login("leader", "马国强", "带班领导", "duty_officer"),
    Login("duty", "林静", "值班员", "duty_officer"),
    Login("reviewer", "宋明", "核查员", "reviewer"),
    *OFFICE_LOGINS,
)


def dossier_number(index: int) -> str:
    """The invented dossier number of the person at ``index``."""
    return f"QH-2026-{index + 1:04d}"


def manner(index: int) -> Manner:
    """How the person at ``index`` behaves."""
    return EXCEPTIONS.get(index, Manner.COOPERATIVE)
