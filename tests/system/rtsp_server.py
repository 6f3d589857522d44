"""An RTSP server of GStreamer's; runs under Debian's own Python, which has its bindings.

Arguments: the launch line of the picture, a port (0: any), a user name; the password comes from
the environment. Prints the port.
"""

import os
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402


def main(pipeline: str, port: str, user: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(pipeline)
    factory.set_shared(True)
    if user:
        protect(server, factory, user, os.environ["RTSP_PASSWORD"])
    server.get_mount_points().add_factory("/camera", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


def protect(
    server: "GstRtspServer.RTSPServer",
    factory: "GstRtspServer.RTSPMediaFactory",
    user: str,
    password: str,
) -> None:
    """Digest authentication (RFC 2617), as cameras have it."""
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "officer")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("officer", "media.factory.access", True)
    permissions.add_permission_for_role("officer", "media.factory.construct", True)
    factory.set_permissions(permissions)


main(*sys.argv[1:])
