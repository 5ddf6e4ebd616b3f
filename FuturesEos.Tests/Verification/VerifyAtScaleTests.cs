using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Chaos;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// What verification needs of memory, for as many signals of nine symbols as FUTURES_EOS_VERIFY_SIGNALS says: much the
/// same for many times as many. 2,200,000 make ten million records in all stages.
/// </summary>
[Trait("Category", "Long")]
public sealed class VerifyAtScaleTests(ITestOutputHelper output)
{
    private const long MemoryMost = 512L << 20;
    private const int MsBetweenSignals = 20;
    private static readonly int Signals =
        int.Parse(Environment.GetEnvironmentVariable("FUTURES_EOS_VERIFY_SIGNALS") ?? "500000");
    private static readonly TimeSpan Allowance = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task a_pipeline_of_any_length_is_verified_in_little_memory()
    {
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.In("data"), "--rate", "0");
        Send(up.RunFile.BootstrapServers);
        var (waited, _, trouble) = await EosProgram.RunAsync(
            Deadline.In(Allowance), "verify", "--wait", "25m", "--json", "--data", up.Folder);
        Assert.True(waited == 0, trouble);

        var clock = Stopwatch.StartNew();
        using var eos = EosProgram.Start("verify", "--json", "--data", up.Folder);
        using var process = Process.GetProcessById(eos.Pid);
        var (cpu, memory) = (TimeSpan.Zero, 0L);
        await Eventually.True(
            () =>
            {
                if (eos.HasExited) return true;
                process.Refresh();
                (cpu, memory) = (process.TotalProcessorTime, Math.Max(memory, process.WorkingSet64));
                return false;
            },
            Deadline.In(Allowance));
        output.WriteLine(
            $"{eos.Data}{clock.Elapsed.TotalSeconds:0.0} s, {cpu.TotalSeconds:0.0} s of processor, "
                + $"at most {memory >> 20} MiB");
        await eos.EndsWithAsync(0);
        Assert.Contains($"\"read\":{Signals},", eos.Data);
        Assert.True(memory < MemoryMost, $"{memory >> 20} MiB");
    }

    private static void Send(string servers)
    {
        var mix = new SignalMix(seed: 1);
        var delivered = 0;
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = servers, EnableIdempotence = true, LingerMs = 20,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
        var now = DateTimeOffset.UtcNow.AddDays(-3).ToUnixTimeMilliseconds();
        for (var sent = 0; sent < Signals; sent++, now += MsBetweenSignals)
        {
            var signal = mix.Next(now);
            var message = new Message<byte[], byte[]>
            {
                Key = signal.Key, Value = signal.Value,
                Timestamp = new Timestamp(signal.TimestampMs, TimestampType.CreateTime),
            };
            while (!TrySend(Topics.Signals(signal.Timeframe), message)) producer.Poll(TimeSpan.FromMilliseconds(50));
        }

        producer.Flush(Deadline.Usual);
        Assert.Equal(Signals, delivered);

        bool TrySend(string topic, Message<byte[], byte[]> message)
        {
            try
            {
                producer.Produce(topic, message, report =>
                {
                    if (!report.Error.IsError) Interlocked.Increment(ref delivered);
                });
                return true;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                return false;
            }
        }
    }
}
