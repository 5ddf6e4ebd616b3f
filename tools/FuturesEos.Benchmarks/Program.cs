using FuturesEos.Benchmarks.Broker;
using FuturesEos.Benchmarks.Latency;
using FuturesEos.Benchmarks.Orders;
using FuturesEos.Benchmarks.Pipeline;
using FuturesEos.Benchmarks.Processor;
using FuturesEos.Benchmarks.Relay;
using FuturesEos.Benchmarks.Restore;
using FuturesEos.Benchmarks.Support;

Benchmark[] all =
[
    new("pipeline", ["--signals", "--rounds"],
        "drained by the processor on the embedded broker, beside Kafka Streams on Apache Kafka",
        PipelineBenchmark.RunAsync),
    new("processor", ["--signals", "--rounds", "--brokers"],
        "both engines on the same Apache Kafka brokers: drain, latency, memory", ProcessorBenchmark.RunAsync),
    new("restore", ["--records", "--rounds", "--brokers"],
        "both engines come back without their disks", RestoreBenchmark.RunAsync),
    new("relay", ["--rows", "--rounds", "--brokers"],
        "our relay and Debezium on the same outbox and brokers: drain, latency, memory", RelayBenchmark.RunAsync),
    new("latency", ["--rate", "--seconds", "--brokers"],
        "the whole pipeline on Apache Kafka, from a signal to its order event, by stage", LatencyBenchmark.RunAsync),
    new("broker", ["--rounds", "--records", "--signals"],
        "the embedded broker beside one node of Apache Kafka, by the same clients", BrokerBenchmark.RunAsync),
    new("orders", ["--decisions", "--rounds"],
        "the order manager into PostgreSQL, and the ways to write a batch", OrdersBenchmark.RunAsync)
    {
        NeedsPeer = false,
    },
];

var chosen = all.FirstOrDefault(benchmark => benchmark.Name == args.FirstOrDefault());
if (chosen is not null) return await chosen.RunAsync(args[1..]);

foreach (var benchmark in all) Console.WriteLine(benchmark.Help);
if (args.All(Benchmark.IsQuestion)) return 0;
Console.Error.WriteLine($"bench: there is no '{args[0]}'");
return 2;
