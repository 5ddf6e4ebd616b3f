using System.Text.Json;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class DemoTests
{
    private static readonly string Sample = Path.Combine(SourceTree.Root, "samples", "XRPETH-trades-2019-10-11.csv");

    [Fact]
    public async Task a_small_file_is_replayed_under_real_kills_and_proved_and_leaves_nothing_behind()
    {
        UpProgram.SkipWithoutPostgres();
        using var folder = new TemporaryFolder();
        var trades = folder.In("XRPETH-small.csv");
        await File.WriteAllLinesAsync(trades, File.ReadLines(Sample).Take(700));
        var (code, data, talk) =
            await EosProgram.RunAsync(Deadline.InSeconds(180), "demo", "--json", "--trades", trades);
        Assert.True(code == 0, data + talk);

        using var json = JsonDocument.Parse(data);
        var result = json.RootElement;
        Assert.True(result.GetProperty("exactly_once").GetBoolean());
        foreach (var name in new[] { "processor", "orders", "relay" })
            Assert.True(result.GetProperty("kills").GetProperty(name).GetInt32() > 0, talk);
        var signals = result.GetProperty("signals").GetProperty("unique").GetInt64();
        Assert.InRange(signals, 50, 1000);
        Assert.Equal(signals, result.GetProperty("decisions").GetProperty("committed").GetInt64());
        Assert.Equal(
            result.GetProperty("orders").GetProperty("rows").GetInt64(),
            result.GetProperty("events").GetProperty("committed").GetInt64());
        Assert.True(result.GetProperty("seconds").GetDouble() > 0);
        Assert.True(result.GetProperty("aborted_records").GetInt64() > 0, talk);
        Assert.Matches(@"killed processor \(process \d+, SIGKILL\) with \d+ records of an open transaction", talk);
        Assert.Contains("into the running services", talk);
        var scratch =
            talk.Split('\n').First(line => line.Contains("starting Kafka and PostgreSQL in ")).Split(" in ")[1].Trim();
        Assert.False(Directory.Exists(scratch));
    }
}
