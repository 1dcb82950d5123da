// A dumbbell in ns-3, for validate.mjs: long flows, or with --load flows of one size that arrive as a Poisson process.
// One JSON object on standard output. Segments of 1448 bytes, 1500 on the wire; the device counts two more, so its rate is
// scaled. The queue is the device's own; traffic control is taken away.
#include <sys/resource.h>
#include <cstdio>
#include <vector>
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"

using namespace ns3;

static double received = 0;
static double segments = 0;
static std::vector<double> completions;

static void Count(Ptr<const Packet> packet, const Address &) {
  received += packet->GetSize();
}

// A flow that ends: from its SYN to the acknowledgement of its FIN, which leaves with its last segment.
class Flow : public Object {
 public:
  void Start(Ptr<Node> node, Address to, uint32_t bytes) {
    left = bytes;
    begun = Simulator::Now();
    socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    socket->SetConnectCallback(MakeCallback(&Flow::Fill, this), MakeNullCallback<void, Ptr<Socket>>());
    socket->TraceConnectWithoutContext("State", MakeCallback(&Flow::State, this));
    socket->Bind();
    socket->Connect(to);
  }

 private:
  void Fill(Ptr<Socket>) {
    socket->Send(Create<Packet>(left));
    socket->Close();
  }
  void State(TcpSocket::TcpStates_t, TcpSocket::TcpStates_t now) {
    bool acknowledged = now == TcpSocket::FIN_WAIT_2 || now == TcpSocket::TIME_WAIT;
    if (acknowledged && !done) {
      done = true;
      completions.push_back((Simulator::Now() - begun).GetSeconds());
    }
  }
  Ptr<Socket> socket;
  uint32_t left;
  Time begun;
  bool done = false;
};

static double Cpu() {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static std::vector<Ptr<Flow>> flows;
static Ptr<ExponentialRandomVariable> gap;

static void Arrive(Ptr<Node> node, Address to, uint32_t bytes, double until) {
  Ptr<Flow> flow = CreateObject<Flow>();
  flows.push_back(flow);
  flow->Start(node, to, bytes);
  double next = gap->GetValue();
  if (Simulator::Now().GetSeconds() + next < until)
    Simulator::Schedule(Seconds(next), &Arrive, node, to, bytes, until);
}

int main(int argc, char **argv) {
  uint32_t n = 1, queue = 33, seed = 1, size = 100000, segmentsPerAck = 2;
  double rate = 10, rtt = 40, seconds = 20, load = 0;
  std::string cc = "cubic";
  CommandLine line;
  line.AddValue("flows", "long flows", n);
  line.AddValue("rate", "Mbit/s", rate);
  line.AddValue("rtt", "ms", rtt);
  line.AddValue("queue", "packets", queue);
  line.AddValue("cc", "reno or cubic", cc);
  line.AddValue("seconds", "simulated", seconds);
  line.AddValue("seed", "of everything random", seed);
  line.AddValue("load", "share of the rate that flows of --size make", load);
  line.AddValue("size", "bytes of such a flow", size);
  line.AddValue("segmentsPerAck", "of the receiver", segmentsPerAck);
  line.Parse(argc, argv);
  RngSeedManager::SetSeed(seed);

  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TypeId::LookupByName(cc == "reno" ? "ns3::TcpLinuxReno" : "ns3::TcpCubic")));
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
  Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(segmentsPerAck));
  Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 30));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 30));
  Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));

  NodeContainer ends, routers;
  uint32_t hosts = load > 0 ? 1 : n;
  NodeContainer senders, receivers;
  senders.Create(hosts);
  receivers.Create(hosts);
  routers.Create(2);
  InternetStackHelper stack;
  stack.InstallAll();
  PointToPointHelper access, bottleneck;
  access.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
  access.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("100000p"));
  bottleneck.SetDeviceAttribute("DataRate", DataRateValue(DataRate(rate * 1e6 * 1502 / 1500)));
  bottleneck.SetChannelAttribute("Delay", TimeValue(Seconds(rtt / 2000)));
  bottleneck.SetQueue("ns3::DropTailQueue", "MaxSize", QueueSizeValue(QueueSize(QueueSizeUnit::PACKETS, queue)));
  TrafficControlHelper none;
  Ipv4AddressHelper address;
  std::vector<Ipv4Address> sinks;
  NetDeviceContainer middle = bottleneck.Install(routers);
  address.SetBase("10.255.0.0", "255.255.255.0");
  address.Assign(middle);
  none.Uninstall(middle);
  for (uint32_t i = 0; i < hosts; i++) {
    char base[32];
    for (int side = 0; side < 2; side++) {
      NetDeviceContainer pair = access.Install(side ? receivers.Get(i) : senders.Get(i), routers.Get(side));
      snprintf(base, sizeof base, "10.%u.%u.0", (side ? 128 : 0) + (i >> 8), i & 255);
      address.SetBase(base, "255.255.255.0");
      Ipv4InterfaceContainer given = address.Assign(pair);
      none.Uninstall(pair);
      if (side) sinks.push_back(given.GetAddress(0));
    }
  }
  Ipv4GlobalRoutingHelper::PopulateRoutingTables();

  PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 5001));
  ApplicationContainer servers = sink.Install(receivers);
  for (uint32_t i = 0; i < hosts; i++)
    servers.Get(i)->TraceConnectWithoutContext("Rx", MakeCallback(&Count));
  if (load > 0) {
    gap = CreateObject<ExponentialRandomVariable>();
    gap->SetAttribute("Mean", DoubleValue(size * 8.0 * 1500 / 1448 / (load * rate * 1e6)));
    Simulator::Schedule(Seconds(gap->GetValue()), &Arrive, senders.Get(0), Address(InetSocketAddress(sinks[0], 5001)), size, seconds);
  } else {
    Ptr<UniformRandomVariable> start = CreateObject<UniformRandomVariable>();
    for (uint32_t i = 0; i < n; i++) {
      BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(sinks[i], 5001));
      bulk.SetAttribute("SendSize", UintegerValue(1448 * 64));
      ApplicationContainer app = bulk.Install(senders.Get(i));
      app.Start(Seconds(start->GetValue(0, rtt / 1000)));
    }
  }
  double early = 0;
  Simulator::Schedule(Seconds(seconds / 4), [&early] { early = received; });
  double before = Cpu();
  Simulator::Stop(Seconds(seconds));
  Simulator::Run();
  segments = received / 1448;
  printf("{\"good\":%.4f,\"segments\":%.0f,\"events\":%llu,\"cpu\":%.3f,\"fct\":[", (received - early) * 8 / (seconds * 0.75) / 1e6,
         segments, (unsigned long long)Simulator::GetEventCount(), Cpu() - before);
  for (size_t i = 0; i < completions.size(); i++) printf("%s%.6f", i ? "," : "", completions[i]);
  printf("]}\n");
  Simulator::Destroy();
}
