"""A certificate authority of the site's own, so that phones on the LAN may use their camera.

Browsers give a camera only to HTTPS or localhost (W3C Secure Contexts). Leaf certificates stay
under 398 days, the longest that browsers accept (CA/Browser Forum Baseline Requirements 6.3.2).
"""

import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
LEAF_DAYS = 397
RENEW_BEFORE_DAYS = 30


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the files stand; ``authority`` is what phones install."""

    authority: Path
    certificate: Path
    key: Path


def tls_files(data_dir: Path) -> TlsFiles:
    """The paths inside a data directory, whether they exist or not."""
    folder = data_dir / "tls"
    return TlsFiles(folder / "ca.pem", folder / "server.pem", folder / "server_key.pem")


def host_names() -> list[str]:
    """Names and addresses of this host that a certificate should cover; loopback included."""
    found = ["localhost", socket.gethostname()]
    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family in (socket.AF_INET, socket.AF_INET6):
                text = address.address.split("%")[0]
                if not ipaddress.ip_address(text).is_link_local:
                    found.append(text)
    return list(dict.fromkeys(found))


def lan_address() -> str | None:
    """The first address of this host that others on the LAN can reach, or None."""
    for name in host_names():
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            continue
        if address.version == 4 and not address.is_loopback:
            return name
    return None


def initialise(data_dir: Path, names: list[str], now: datetime) -> TlsFiles:
    """Make (or renew) the leaf certificate for ``names``, with the CA made on the first call."""
    files = tls_files(data_dir)
    files.authority.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_key_path = files.authority.with_name("ca_key.pem")
    if files.authority.exists() and ca_key_path.exists():
        ca = x509.load_pem_x509_certificate(files.authority.read_bytes())
        loaded = serialization.load_pem_private_key(ca_key_path.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        ca_key = loaded
    else:
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = _authority(ca_key, now)
        write_secret(ca_key_path, _pem_key(ca_key))
        files.authority.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(leaf_key, ca, ca_key, names, now)
    write_secret(files.key, _pem_key(leaf_key))
    pem = serialization.Encoding.PEM
    files.certificate.write_bytes(leaf.public_bytes(pem) + ca.public_bytes(pem))
    return files


def ensure(data_dir: Path, names: list[str]) -> TlsFiles:
    """The files of a data directory; made where missing, ours renewed before they expire.

    A certificate that the site put there itself is never replaced, not even an expired one.
    """
    files = tls_files(data_dir)
    now = datetime.now(UTC)
    if files.certificate.exists() and files.key.exists():
        leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        fresh = leaf.not_valid_after_utc - now > timedelta(days=RENEW_BEFORE_DAYS)
        if fresh or not _is_ours(leaf, files):
            return files
    return initialise(data_dir, names, now)


def _is_ours(leaf: x509.Certificate, files: TlsFiles) -> bool:
    if not files.authority.exists():
        return False
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.2 and newer."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate, files.key)
    return context


def write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read (mode 0600), replacing it in one step."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    subject = _name(f"Roll Call 点名 {socket.gethostname()}")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _leaf(
    key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    names: list[str],
    now: datetime,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(names[0]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=LEAF_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
            critical=False,
        )
    )
    return builder.sign(ca_key, hashes.SHA256())


def _general_names(names: list[str]) -> list[x509.GeneralName]:
    result: list[x509.GeneralName] = []
    for name in names:
        try:
            result.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            result.append(x509.DNSName(name))
    return result
