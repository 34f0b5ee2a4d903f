"""The settings of a Ceph that is as small as it can be."""

from pathlib import Path
from uuid import uuid4

_TEMPLATE = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{port}/0
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = {home}/keyring
run dir = {home}
crash dir = {home}
admin socket =
log file = {home}/$name.log
pid file =
ms bind port min = {osd_first}
ms bind port max = {osd_last}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 2
mon data avail crit = 1

[mon.a]
mon data = {home}/mon

[osd.0]
osd data = {home}/osd
osd objectstore = memstore
memstore device bytes = 8G
osd memory target = 939524096

[client.rgw]
rgw data = {home}/rgw
rgw frontends = beast endpoint=127.0.0.1:{http} ssl_endpoint=127.0.0.1:{https} \
ssl_certificate={home}/tls.pem ssl_private_key={home}/tls.key
rgw dns name = localhost
rgw thread pool size = 32
rgw run sync thread = false
rgw enable usage log = false
"""


def written(home: Path, first_port: int) -> dict[str, str]:
    """Write the settings; the environment in which Ceph's programs find them."""
    fsid = str(uuid4())
    for folder in ("mon", "osd", "rgw"):
        (home / folder).mkdir()
    conf = home / "ceph.conf"
    conf.write_text(
        _TEMPLATE.format(
            fsid=fsid,
            home=home,
            port=first_port,
            http=first_port + 1,
            https=first_port + 2,
            osd_first=first_port + 10,
            osd_last=first_port + 39,
        )
    )
    return {"CEPH_CONF": str(conf), "CEPH_FSID": fsid}
