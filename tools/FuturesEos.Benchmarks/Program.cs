using BenchmarkDotNet.Running;
using FuturesEos.Benchmarks.Pipeline;

if (args is ["pipeline", .. var options]) return await PipelineBenchmark.RunAsync(options);

if (args is [])
{
    Console.WriteLine("pipeline    300,000 signals drained by the processor on the embedded broker, beside Kafka Streams on Apache Kafka");
    Console.WriteLine("micro       one operation each, by BenchmarkDotNet; --filter '*Name*' chooses");
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args is ["micro", .. var filter] ? filter : args);
return 0;
