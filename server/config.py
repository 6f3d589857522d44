"""Configuration: one tree with bounds and descriptions; unknown keys are refused.

Sources, the first wins: command line, environment (``ROLLCALL_POLICY__ATTEMPTS=3``), the file
``rollcall.toml`` in the data directory, the defaults below. Every name carries its unit.
"""

import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from media.faces.outcomes import PromptKind
from media.host_network import check_announced
from media.port_range import PortRange
from roll_call.errors import InvalidInput
from roll_call.policy import Policy
from server.importing.limits import ImportLimits

CONFIG_FILE = "rollcall.toml"
STUN_URL = re.compile(r"stuns?:[A-Za-z0-9.\-\[\]:]+")
TURN_URL = re.compile(r"turns?:[A-Za-z0-9.\-\[\]:]+(\?transport=(udp|tcp))?")
CandidateKind = Literal["loopback", "private", "public", "mdns"]


class Section(BaseModel):
    """Base of the sections: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSection(Section):
    """``[server]``: listening, people signing in, limits of the wire."""

    time_zone: Annotated[str, Field(description="IANA zone in which plans and days are meant")] = (
        "Asia/Shanghai"
    )
    public_url: Annotated[
        str | None, Field(description="Address that one-time links carry, e.g. https://host:8443")
    ] = None
    allowed_origins: Annotated[
        list[str], Field(description="Further web origins that may use the API, e.g. a proxy's")
    ] = []
    demonstration: Annotated[
        bool, Field(description="Mark everything as a demonstration, not a real center")
    ] = False
    sign_in_idle_minutes: Annotated[
        int, Field(ge=5, le=1440, description="A sign-in ends after so long without a request")
    ] = 120
    sign_in_hours: Annotated[
        int, Field(ge=1, le=72, description="A sign-in ends after this in any case")
    ] = 14
    failed_sign_ins: Annotated[
        int, Field(ge=3, le=100, description="Failed sign-ins per user name and per address")
    ] = 8
    failed_sign_ins_minutes: Annotated[
        int, Field(ge=1, le=1440, description="The window in which failed sign-ins are counted")
    ] = 10
    link_minutes: Annotated[
        int, Field(ge=1, le=10, description="How long a one-time link can be redeemed")
    ] = 10
    header_timeout_s: Annotated[
        float, Field(ge=1, le=60, description="A request's headers must be complete within this")
    ] = 15.0
    max_body_bytes: Annotated[
        int, Field(ge=4096, le=16_777_216, description="Largest request body (not enrolment)")
    ] = 262_144
    max_enrolment_bytes: Annotated[
        int, Field(ge=1_000_000, le=100_000_000, description="Largest enrolment request")
    ] = 48_000_000
    max_message_bytes: Annotated[
        int, Field(ge=4096, le=1_048_576, description="Largest WebSocket message")
    ] = 196_608
    messages_per_second: Annotated[
        float, Field(gt=0, le=1000, description="Sustained messages a second of one WebSocket")
    ] = 10.0
    message_burst: Annotated[
        int, Field(ge=5, le=10_000, description="Messages that may come at once")
    ] = 160
    bad_messages: Annotated[
        int, Field(ge=1, le=100, description="Malformed messages before a WebSocket is closed")
    ] = 5
    metrics_token: Annotated[
        SecretStr | None,
        Field(
            min_length=16,
            description="Bearer token for /metrics; without one only this machine may read it",
        ),
    ] = None
    heartbeat_s: Annotated[float, Field(ge=1, le=120, description="WebSocket ping interval")] = 15.0

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("unknown time zone") from error
        return value


class TurnSection(Section):
    """``[media.turn]``: a TURN server of your own, for networks that block UDP."""

    urls: Annotated[
        list[str], Field(description="turn:host:port, with ?transport=tcp as well, turns:host:port")
    ] = []
    secret: Annotated[
        SecretStr | None,
        Field(min_length=1, description="Shared with the TURN server (coturn: static-auth-secret)"),
    ] = None
    secret_file: Annotated[
        Path | None, Field(description="File that holds the secret; relative to the data directory")
    ] = None
    lifetime_minutes: Annotated[
        int, Field(ge=5, le=1440, description="How long handed-out credentials can be used")
    ] = 240
    server_relays: Annotated[
        bool,
        Field(description="This server takes a relayed address too, where phones cannot reach it"),
    ] = False

    @field_validator("urls")
    @classmethod
    def _turn_urls(cls, urls: list[str]) -> list[str]:
        if not all(TURN_URL.fullmatch(url) for url in urls):
            raise ValueError("turn:host:port or turns:host:port, with ?transport=udp or tcp")
        return urls

    @model_validator(mode="after")
    def _with_secret(self) -> "TurnSection":
        if self.urls and self.secret is None and self.secret_file is None:
            raise ValueError("secret or secret_file is needed")
        return self


class MediaSection(Section):
    """``[media]``: WebRTC and recordings."""

    max_sessions: Annotated[
        int, Field(ge=1, le=500, description="Persons checked at once; others wait with a ticket")
    ] = 6
    max_terminals: Annotated[
        int, Field(ge=1, le=500, description="Office terminals connected at once")
    ] = 100
    processes: Annotated[
        int, Field(ge=0, le=64, description="Media processes; 0: one for each core")
    ] = 0
    bind_addresses: Annotated[
        list[str], Field(description="Addresses offered as ICE candidates; empty: all of this host")
    ] = []
    offer_loopback: Annotated[
        bool, Field(description="Offer 127.0.0.1 too: browsers on this machine, tunnels")
    ] = True
    port_range: Annotated[
        str, Field(description="UDP ports of media, e.g. 40000-40999; empty: any")
    ] = ""
    announced_addresses: Annotated[
        list[str],
        Field(description="Public addresses behind 1:1 NAT: 203.0.113.7 or 10.0.0.5=203.0.113.7"),
    ] = []
    accept_candidates: Annotated[
        list[CandidateKind], Field(description="Networks that an offer may make us send checks to")
    ] = ["private", "public"]
    ice_servers: Annotated[
        list[str], Field(description="STUN servers of your own (stun:host:port); none by default")
    ] = []
    relay_only: Annotated[
        bool, Field(description="Clients use the TURN server only, never a direct path")
    ] = False
    turn: Annotated[TurnSection, Field(description="A TURN server of your own")] = TurnSection()
    recording_reserve_mb: Annotated[
        int, Field(ge=10, le=1_000_000, description="Free disk below which recording stops")
    ] = 200

    @property
    def ports(self) -> tuple[int, int] | None:
        """``port_range`` as numbers; None where any port will do."""
        found = PortRange.parse(self.port_range) if self.port_range else None
        return (found.first, found.last) if found else None

    @field_validator("port_range")
    @classmethod
    def _ports(cls, value: str) -> str:
        if value:
            PortRange.parse(value)
        return value

    @field_validator("announced_addresses")
    @classmethod
    def _announced(cls, entries: list[str]) -> list[str]:
        return [check_announced(entry) for entry in entries]

    @field_validator("ice_servers")
    @classmethod
    def _stun_urls(cls, urls: list[str]) -> list[str]:
        if not all(STUN_URL.fullmatch(url) for url in urls):
            raise ValueError("stun:host:port; TURN servers belong into [media.turn]")
        return urls

    @model_validator(mode="after")
    def _relay_needs_turn(self) -> "MediaSection":
        if self.relay_only and not self.turn.urls:
            raise ValueError("relay_only needs [media.turn] urls")
        return self


class FacesSection(Section):
    """``[faces]``: the verifier."""

    backend: Annotated[
        str,
        Field(
            pattern=r"^(sface|dlib|.+\.onnx)$",
            description="sface, dlib (loads a 68-point model whose licence excludes commercial "
            "use), or the path of an ONNX model with its model card beside it",
        ),
    ] = "sface"
    calibration: Annotated[
        Path | None,
        Field(description="A calibration file of your own instead of the model's"),
    ] = None
    workers: Annotated[int, Field(ge=1, le=64, description="Worker processes")] = 1
    enrolment_frames: Annotated[
        int, Field(ge=1, le=8, description="Usable pictures for full assurance")
    ] = 3
    reenrol_after_days: Annotated[
        int, Field(ge=30, le=7300, description="Age of a template that asks for a new enrolment")
    ] = 730
    self_enrolment_days: Annotated[
        int, Field(ge=1, le=90, description="How long persons' own pictures wait for an officer")
    ] = 14


class LivenessSection(Section):
    """``[liveness]``: the active challenge."""

    enabled: Annotated[bool, Field(description="Off only for tests and for exempt persons")] = True
    steps: Annotated[int, Field(ge=3, le=10, description="Random movements of one try")] = 3
    tries: Annotated[int, Field(ge=1, le=10, description="Tries before an officer takes over")] = 2
    kinds: Annotated[
        tuple[PromptKind, ...],
        Field(
            min_length=2,
            description="Movements that may be asked for; the fewer, the better a recording fits",
        ),
    ] = tuple(PromptKind)
    screen_light: Annotated[
        bool,
        Field(description="Show colours on the phone and look for them on the face"),
    ] = True


class NotifySection(Section):
    """``[notify]``: notifications that leave this server; without channels none do."""

    web_push: Annotated[
        bool,
        Field(description="Push to browsers that agreed; goes through the push service of each"),
    ] = False
    web_push_contact: Annotated[
        str,
        Field(
            max_length=120, description="Mail address that push services may write to (RFC 8292)"
        ),
    ] = ""
    private_targets: Annotated[
        bool,
        Field(description="Webhooks and push services may be at private and loopback addresses"),
    ] = False
    apprise_schemes: Annotated[
        list[str], Field(description="Kinds of apprise addresses that may be used")
    ] = [
        "dingtalk",
        "feishu",
        "lark",
        "mailto",
        "mailtos",
        "wecombot",
        "twilio",
        "vonage",
        "bulksms",
        "smseagle",
        "smseagles",
        "ntfy",
        "ntfys",
        "gotify",
        "gotifys",
    ]
    timeout_s: Annotated[
        float, Field(ge=1, le=120, description="How long one attempt may take")
    ] = 10.0
    notice_days: Annotated[
        int, Field(ge=1, le=90, description="How long a text notice waits for its receiver")
    ] = 7
    locale: Annotated[
        Literal["zh-CN", "en"], Field(description="Language of notifications to officers")
    ] = "zh-CN"

    @model_validator(mode="after")
    def _push_needs_contact(self) -> "NotifySection":
        if self.web_push and "@" not in self.web_push_contact:
            raise ValueError("web_push needs web_push_contact")
        return self


class PolicySection(Section):
    """``[policy]``: what a center may choose; see ``roll_call.policy``."""

    attempts: Annotated[
        int, Field(ge=1, le=20, description="Check-in attempts before an officer calls")
    ] = 3
    late_open_grace_minutes: Annotated[
        int, Field(ge=1, le=1440, description="A roll-call missed by less still opens, late")
    ] = 15
    arrival_patience_minutes: Annotated[
        int, Field(ge=1, le=240, description="Longest wait with a ticket before an officer looks")
    ] = 15
    join_deadline_s: Annotated[
        float, Field(ge=5, le=900, description="From the ticket's turn to the SDP offer")
    ] = 180.0
    reconnect_deadline_s: Annotated[
        float, Field(ge=1, le=600, description="How long lost media may take to come back")
    ] = 60.0
    verdict_deadline_s: Annotated[
        float, Field(ge=10, le=280, description="From flowing media to the machine's verdict")
    ] = 150.0
    verdict_wait_s: Annotated[
        float, Field(ge=0, le=30, description="Wait for the verdict after the answers are in")
    ] = 2.0
    suspend_limit_minutes: Annotated[
        int, Field(ge=1, le=1440, description="Longest suspension of a roll-call")
    ] = 30
    night_closed: Annotated[
        bool, Field(description="No plan may reach into the night (22:00 to 06:00)")
    ] = True


class TerminalsSection(Section):
    """``[terminals]``: the duty terminals of the offices."""

    sign_in_days: Annotated[
        int,
        Field(ge=1, le=366, description="A terminal stays signed in this long after use"),
    ] = 30
    auto_answer_from: Annotated[
        time, Field(description="Local time from which terminals answer by themselves")
    ] = time(0)
    auto_answer_until: Annotated[
        time, Field(description="Until then; the same as auto_answer_from: at all hours")
    ] = time(0)


class ReportsSection(Section):
    """``[reports]``: printed tables and alerts (预警)."""

    heading: Annotated[
        str,
        Field(max_length=80, description="Heading of printed tables; empty: the center's name"),
    ] = ""
    unanswered_times: Annotated[
        int, Field(ge=2, le=100, description="Unanswered calls of a unit that make an alert")
    ] = 3
    unanswered_days: Annotated[
        int, Field(ge=1, le=90, description="Days in which those calls are counted")
    ] = 7
    disk_low_gb: Annotated[
        float, Field(ge=0.1, le=10_000, description="Free space below which there is an alert")
    ] = 5.0


class ImportsSection(Section):
    """``[imports]``: files of units, officers and persons."""

    max_bytes: Annotated[
        int, Field(ge=10_000, le=20_000_000, description="Largest file; unpacked 20 times this")
    ] = 2_000_000
    max_rows: Annotated[int, Field(ge=10, le=20_000, description="Rows of one file")] = 5_000
    max_officers: Annotated[
        int, Field(ge=1, le=2_000, description="New officers of one file, a password for each")
    ] = 500

    @property
    def limits(self) -> ImportLimits:
        """For the desk of imports."""
        return ImportLimits(self.max_bytes, self.max_rows, self.max_officers)


class Settings(BaseSettings):
    """The whole tree."""

    model_config = SettingsConfigDict(
        extra="forbid", env_prefix="ROLLCALL_", env_nested_delimiter="__", frozen=True
    )

    server: ServerSection = ServerSection()
    media: MediaSection = MediaSection()
    faces: FacesSection = FacesSection()
    policy: PolicySection = PolicySection()
    liveness: LivenessSection = LivenessSection()
    terminals: TerminalsSection = TerminalsSection()
    reports: ReportsSection = ReportsSection()
    imports: ImportsSection = ImportsSection()
    notify: NotifySection = NotifySection()

    @property
    def zone(self) -> ZoneInfo:
        """The center's time zone."""
        return ZoneInfo(self.server.time_zone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(data_dir: Path, **overrides: Any) -> Settings:
    """Read the tree for a data directory; raises InvalidInput(bad_configuration) naming the key."""

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=data_dir / CONFIG_FILE)

    try:
        return _with_turn_secret(FromFile(**overrides), data_dir)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("bad_configuration", key=CONFIG_FILE, why=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidInput("bad_configuration", key=key, why=first["msg"]) from error


def _with_turn_secret(settings: Settings, data_dir: Path) -> Settings:
    """The settings with the secret that ``secret_file`` holds."""
    turn = settings.media.turn
    if turn.secret_file is None:
        return settings
    try:
        secret = (data_dir / turn.secret_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        key, why = "media.turn.secret_file", type(error).__name__
        raise InvalidInput("bad_configuration", key=key, why=why) from error
    turn = turn.model_copy(update={"secret": SecretStr(secret)})
    media = settings.media.model_copy(update={"turn": turn})
    return settings.model_copy(update={"media": media})


def domain_policy(settings: Settings) -> Policy:
    """The domain's policy, made of the settings; the rest keeps the domain's defaults."""
    chosen = settings.policy
    return Policy(
        arrival_patience_s=chosen.arrival_patience_minutes * 60.0,
        join_deadline_s=chosen.join_deadline_s,
        reconnect_deadline_s=chosen.reconnect_deadline_s,
        verdict_deadline_s=chosen.verdict_deadline_s,
        late_open_grace_s=chosen.late_open_grace_minutes * 60.0,
        suspend_limit_s=chosen.suspend_limit_minutes * 60.0,
        liveness_steps=settings.liveness.steps,
        liveness_tries=settings.liveness.tries,
        night_closed=chosen.night_closed,
    )
