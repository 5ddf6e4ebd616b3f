using FuturesEos.Benchmarks.Broker;
using FuturesEos.Benchmarks.Latency;
using FuturesEos.Benchmarks.Orders;
using FuturesEos.Benchmarks.Pipeline;
using FuturesEos.Benchmarks.Processor;
using FuturesEos.Benchmarks.Relay;
using FuturesEos.Benchmarks.Restore;
using FuturesEos.Benchmarks.Support;

switch (args)
{
    case ["pipeline", .. var options]:
        return await BenchRun.WithPeerAsync("pipeline", options, PipelineBenchmark.RunAsync);
    case ["processor", .. var options]:
        return await BenchRun.WithPeerAsync("processor", options, ProcessorBenchmark.RunAsync);
    case ["restore", .. var options]:
        return await BenchRun.WithPeerAsync("restore", options, RestoreBenchmark.RunAsync);
    case ["relay", .. var options]:
        return await BenchRun.WithPeerAsync("relay", options, RelayBenchmark.RunAsync);
    case ["latency", .. var options]:
        return await BenchRun.WithPeerAsync("latency", options, LatencyBenchmark.RunAsync);
    case ["orders", .. var options]:
        return await BenchRun.AloneAsync(options, OrdersBenchmark.RunAsync);
    case ["broker", .. var options]:
        return await BenchRun.WithPeerAsync("broker", options, BrokerBenchmark.RunAsync);
    default:
        Console.WriteLine("pipeline    [--signals N] [--rounds N]: drained by the processor on the embedded broker, beside Kafka Streams on Apache Kafka");
        Console.WriteLine("processor   [--signals N] [--rounds N] [--brokers 3]: both engines on the same Apache Kafka brokers: drain, latency, memory");
        Console.WriteLine("restore     [--records N] [--rounds N] [--brokers 3]: both engines come back without their disks");
        Console.WriteLine("relay       [--rows N] [--rounds N] [--brokers 3]: our relay and Debezium on the same outbox and brokers: drain, latency, memory");
        Console.WriteLine("orders      [--decisions N] [--rounds N]: the order manager into PostgreSQL, and the ways to write a batch");
        Console.WriteLine("latency     [--rate N] [--seconds N] [--brokers 3]: the whole pipeline on Apache Kafka, from a signal to its order event, by stage");
        Console.WriteLine("broker      [--rounds N] [--records N]: the embedded broker beside one node of Apache Kafka, by the same clients");
        return args is [] ? 0 : 2;
}
