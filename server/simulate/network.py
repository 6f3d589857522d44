"""The network of a simulated client: the servers and the policy that the server told it."""

from aiortc import RTCConfiguration, RTCIceServer
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from server.messages import SessionReady, Welcome


def configuration(told: SessionReady | Welcome) -> RTCConfiguration:
    """As a browser makes it of the same message; never a server that was not told."""
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(urls=s.urls, username=s.username, credential=s.credential)
            for s in told.ice_servers
        ],
        iceTransportPolicy=RTCIceTransportPolicy(told.ice_transport_policy),
    )
