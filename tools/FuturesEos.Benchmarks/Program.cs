using FuturesEos.Benchmarks.Pipeline;
using FuturesEos.Benchmarks.Processor;
using FuturesEos.Benchmarks.Restore;

switch (args)
{
    case ["pipeline", .. var options]:
        return await PipelineBenchmark.RunAsync(options);
    case ["processor", .. var options]:
        return await ProcessorBenchmark.RunAsync(options);
    case ["restore", .. var options]:
        return await RestoreBenchmark.RunAsync(options);
    default:
        Console.WriteLine("pipeline    [--signals N] [--rounds N]: drained by the processor on the embedded broker, beside Kafka Streams on Apache Kafka");
        Console.WriteLine("processor   [--signals N] [--rounds N] [--brokers 3]: both engines on the same Apache Kafka brokers: drain, latency, memory");
        Console.WriteLine("restore     [--records N] [--rounds N] [--brokers 3]: both engines come back without their disks");
        return args is [] ? 0 : 2;
}
