"""``rollcall tls init``: a certificate authority of the site's own, for phones on the LAN."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Certificates for HTTPS on the LAN.")

ADVICE = """
  How phones come to trust this server 手机如何信任本服务器
    1. Copy {ca} to the phone (never ca_key.pem or server_key.pem).
       把 {ca} 传到手机（切勿传 ca_key.pem 和 server_key.pem）。
    2. Android: Settings > Security > Install a certificate > CA certificate.
       安卓：设置 > 安全 > 安装证书 > CA 证书。
    3. iPhone: open the file, install the profile, then Settings > General > About >
       Certificate Trust Settings: switch it on.
       苹果：打开文件安装描述文件，再到 设置 > 通用 > 关于本机 > 证书信任设置 中打开。
    Then: rollcall serve --tls --host 0.0.0.0   (or --lan-port 8443)
"""


@app.callback()
def tls() -> None:
    """Keep `init` a sub-command however many there are."""


@app.command("init")
def init(
    data: Annotated[Path, typer.Option(envvar="ROLLCALL_DATA", help="Data folder.")] = Path("var"),
    name: Annotated[
        list[str] | None, typer.Option(help="A further host name or address; repeat for more.")
    ] = None,
) -> None:
    """Make a CA (once) and a certificate for this host's names and addresses."""
    from datetime import UTC, datetime

    from cryptography import x509

    from server import tls as authority

    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = [*authority.host_names(), *(name or [])]
    files = authority.initialise(data, names, datetime.now(UTC))
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    typer.echo(f"  certificate 证书  {files.certificate}")
    typer.echo(f"  valid until 有效期至  {leaf.not_valid_after_utc:%Y-%m-%d}")
    typer.echo(f"  names 名称  {', '.join(names)}")
    typer.echo(ADVICE.format(ca=files.authority))
