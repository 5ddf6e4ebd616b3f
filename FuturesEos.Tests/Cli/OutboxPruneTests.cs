using System.Text.Json;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class OutboxPruneTests
{
    [Fact]
    public async Task relayed_rows_go_and_what_looks_at_the_outbox_understands_it()
    {
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.Path, "--rate", "0");
        await RunAsync(0, "burst", "400");
        await RunAsync(0, "verify", "--wait", "30s");
        var all = await RowsAsync(up);
        Assert.True(all > 5);

        var pruned = JsonDocument.Parse(await RunAsync(0, "outbox", "prune", "--older-than", "0s", "--json"));
        Assert.Equal(all, pruned.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal(0, await RowsAsync(up));
        var report = JsonDocument.Parse(await RunAsync(0, "verify", "--json")).RootElement;
        Assert.Equal(all, report.GetProperty("outbox").GetProperty("rows").GetInt64());
        Assert.Equal(all, report.GetProperty("events").GetProperty("committed").GetInt64());

        // with the next rows, half of them pruned, the other half not
        await RunAsync(0, "burst", "400");
        await RunAsync(0, "verify", "--wait", "30s");
        Assert.Equal("{\"rows\":0", (await RunAsync(0, "outbox", "prune", "--older-than", "1d", "--json"))[..9]);

        // a row that is gone for another reason is missing all the same
        await PostgresForTests.ExecuteAsync(
            up.RunFile.Postgres,
            "DELETE FROM app.outbox WHERE event_id = (SELECT min(event_id::text)::uuid FROM app.outbox)");
        Assert.Contains("the order has no row in app.outbox", await RunAsync(1, "verify"));

        async Task<string> RunAsync(int expected, params string[] line)
        {
            var (code, data, talk) = await EosProgram.RunAsync(
                Deadline.InSeconds(60), [.. line, "--data", folder.Path]);
            Assert.True(code == expected, $"{string.Join(' ', line)}: {code} {data} {talk}");
            return data;
        }
    }

    private static Task<long> RowsAsync(UpProgram up) =>
        PostgresForTests.ScalarAsync(up.RunFile.Postgres, "SELECT count(*) FROM app.outbox");
}
