using System.Text.Json;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class KillEverythingTests
{
    private static readonly string[] Victims = ["processor", "broker", "orders", "postgres", "relay", "generator"];
    private static readonly TimeSpan KillFor = TimeSpan.FromMinutes(2);

    [Fact]
    [Trait("Category", "Long")]
    public async Task whatever_is_killed_while_records_flow_comes_back_and_nothing_is_lost_or_doubled()
    {
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.Path, "--rate", "200");
        var kills = 0;
        for (var until = Deadline.In(KillFor); !until.IsOver; kills++)
            await up.KillAndAwaitSuccessorAsync(Victims[kills % Victims.Length]);
        Assert.True(kills >= Victims.Length, $"only {kills} kills in {KillFor}");

        var (code, data, talk) =
            await EosProgram.RunAsync(Deadline.InSeconds(120), "verify", "--json", "--data", folder.Path);
        Assert.True(code == 0, data + talk);
        using var report = JsonDocument.Parse(data);
        Assert.True(report.RootElement.GetProperty("exactly_once").GetBoolean());
        Assert.True(report.RootElement.GetProperty("events").GetProperty("committed").GetInt64() > 0);
    }
}
