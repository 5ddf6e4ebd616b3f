using System.Globalization;
using System.Text.RegularExpressions;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.Tests.Conformance;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>A real file system without room: nobody is told of a write that did not happen, and with room it goes on by itself.</summary>
public sealed partial class FullDiskTests
{
    private const int BurstSignals = 20_000;
    private const int BurstsMax = 20;

    [Fact]
    public async Task what_was_acknowledged_before_and_after_the_disk_was_full_is_there_once()
    {
        using var disk = new SmallDisk("size=3m");
        await using var broker = new BrokerProcess(disk.In("broker"));
        await broker.StartAsync();

        long acknowledged = 0;
        var code = 0;
        for (var burst = 0; burst < BurstsMax && code == 0; burst++)
        {
            (code, var count, var talk) = await BurstAsync(broker, giveUpMs: "4000");
            acknowledged += count;
            if (code != 0) Assert.Contains("Send again when that is mended", talk, StringComparison.Ordinal);
        }

        Assert.Equal(3, code);
        disk.Remount("size=64m");
        var (again, sent, words) = await BurstAsync(broker, giveUpMs: "60000");
        Assert.True(again == 0, words);
        Assert.Equal(BurstSignals, sent);
        Assert.Equal(acknowledged + sent, Stored(broker));

        await broker.KillAndStartAsync();
        Assert.Equal(acknowledged + sent, Stored(broker));
    }

    private static async Task<(int ExitCode, long Acknowledged, string Talk)> BurstAsync(BrokerProcess broker, string giveUpMs)
    {
        var (code, data, talk) = await ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.Cli"),
            ["burst", $"{BurstSignals}", "--bootstrap-servers", broker.BootstrapServers],
            new Dictionary<string, string?> { ["Kafka__message.timeout.ms"] = giveUpMs },
            Deadline.InSeconds(90));
        var count = Acknowledged().Match(data + talk);
        Assert.True(count.Success, data + talk);
        return (code, long.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture), talk);
    }

    private static int Stored(BrokerProcess broker) =>
        StoredRecords.Read(broker.BootstrapServers, Topics.OfSignals.Select(topic => topic.Name)).Count;

    [GeneratedRegex(@"(?:sent |; )(\d+) (?:signals|were)")]
    private static partial Regex Acknowledged();
}
