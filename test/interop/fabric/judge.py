"""FABRIC's information model on slice graphs: a line of JSON in, {"graphml"} or {"nodelink"}, a line of JSON out."""

import json
import sys

from fim.user.topology import ExperimentTopology

for line in sys.stdin:
    given = json.loads(line)
    try:
        topology = ExperimentTopology(graph_string=given["graphml"])
        topology.validate()
        told = {
            "nodes": sorted(topology.nodes.keys()),
            "mirrors": {
                name: [service.mirror_port, str(service.mirror_direction)]
                for name, service in topology.network_services.items()
                if hasattr(service, "mirror_port") and service.mirror_port
            },
            "interfaces": sorted(each.name for each in topology.interface_list),
            "graphml": topology.serialize(),
        }
    except Exception as error:
        told = {"refused": f"{type(error).__name__}: {error}"}
    print(json.dumps(told), flush=True)
