using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>What is set for other programs does not come between the pipeline's own processes.</summary>
public class ForeignEnvironmentTests
{
    private const string Nowhere = "http://127.0.0.1:9";

    private static readonly Dictionary<string, string?> Foreign = new()
    {
        ["http_proxy"] = Nowhere, ["HTTPS_PROXY"] = Nowhere, ["ALL_PROXY"] = Nowhere, ["no_proxy"] = null,
        ["PGHOST"] = "db.example.com", ["PGPORT"] = "1", ["PGUSER"] = "somebody", ["PGPASSWORD"] = "wrong",
        ["PGDATABASE"] = "nowhere", ["PGDATA"] = "/nowhere", ["PGPASSFILE"] = "/nowhere", ["PGTZ"] = "Nowhere/Land",
        ["PGOPTIONS"] = "-c default_transaction_read_only=on", ["PGTARGETSESSIONATTRS"] = "standby",
        ["PGSSLNEGOTIATION"] = "direct", ["PGSSLMODE"] = "verify-full", ["PGSSLROOTCERT"] = "/nowhere",
        ["PGREQUIREAUTH"] = "md5", ["PGGSSENCMODE"] = "require", ["PGCLIENTENCODING"] = "LATIN1",
        ["Kestrel__Endpoints__Theirs__Url"] = "http://127.0.0.1:1", ["ASPNETCORE_URLS"] = "http://127.0.0.1:2",
    };

    [Fact]
    public async Task a_pipeline_runs_among_other_programs_variables()
    {
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.Path, Foreign, "--rate", "0");
        foreach (var line in (string[][])[
            ["status"], ["burst", "50"], ["verify", "--wait", "20s"], ["orders"], ["outbox"], ["doctor"], ["lag"],
            ["down"]])
        {
            var (code, _, talk) = await EosProgram.RunAsync(Foreign, [.. line, "--data", folder.Path]);
            Assert.True(code == 0, $"{line[0]}: {talk}");
        }

        await up.Program.EndsWithAsync(0, Deadline.InSeconds(60));
    }
}
