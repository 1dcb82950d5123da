"""A session of FABRIC's official client with whatever answers at its usual host names.

Arguments: the account's folder, the project's id. A line of JSON for each step that went well.
"""

import datetime
import json
import os
import sys

from fabrictestbed_extensions.fablib.fablib import FablibManager

folder, project = sys.argv[1:3]


def say(step, **told):
    print("step", json.dumps({"step": step, **told}), flush=True)


fablib = FablibManager(
    fabric_rc="",
    token_location=os.path.join(folder, "id_token.json"),
    project_id=project,
    bastion_username="rehearsal_0000000001",
    bastion_key_location=os.path.join(folder, "fabric_bastion_key"),
    slice_private_key_file=os.path.join(folder, "slice_key"),
    slice_public_key_file=os.path.join(folder, "slice_key.pub"),
    bastion_ssh_config_file=os.path.join(folder, "ssh_config"),
    log_file=os.path.join(folder, "fablib.log"),
    data_dir=folder,
    no_ssh=True,
    validate_config=False,
)


def submit(a_slice):
    a_slice.submit(wait_interval=1, wait_ssh=False, post_boot_config=False, progress=False)


def mirrors_of(a_slice):
    return sorted(each.get_name() for each in a_slice.get_network_services())


def found():
    return fablib.get_slice(name="lis1")


say("list", slices=[each.get_name() for each in fablib.get_slices()])
say("sites", sites=sorted(each["name"] for each in fablib.list_sites(output="list", quiet=True)))

made = fablib.new_slice(name="lis1")
node = made.add_node(name="n0", site="INDI", cores=2, ram=8, disk=10, image="default_ubuntu_22")
nic = node.add_component(model="NIC_ConnectX_6", name="pmnic_1")
port = nic.get_interfaces()[0]
made.add_port_mirror_service(name="pm0", mirror_interface_name="HundredGigE0/0/0/5", receive_interface=port)
submit(made)
made = found()
say("create", state=str(made.get_state()), mirrors=mirrors_of(made), address=str(made.get_node("n0").get_management_ip()))

port = made.get_node("n0").get_component("pmnic_1").get_interfaces()[0]
say("port", peer=port.get_peer_port_name(), mac=port.get_mac())

made.get_network("pm0").delete()
submit(made)
made = found()
say("remove", state=str(made.get_state()), mirrors=mirrors_of(made))

port = made.get_node("n0").get_component("pmnic_1").get_interfaces()[0]
made.add_port_mirror_service(name="pm1", mirror_interface_name="HundredGigE0/0/0/7", receive_interface=port)
submit(made)
made = found()
say("add", state=str(made.get_state()), mirrors=mirrors_of(made))

end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
made.renew(end_date=end.strftime("%Y-%m-%d %H:%M:%S %z"))
made = found()
say("renew", state=str(made.get_state()), end=str(made.get_lease_end()))

made.delete()
say("delete", left=[each.get_name() for each in fablib.get_slices() if each.get_name() != "lis1"])
