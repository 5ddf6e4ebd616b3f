using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

public class ChaosCommandTests
{
    [Fact]
    public async Task half_a_minute_of_every_kind_of_fault_and_it_is_exactly_once()
    {
        UpProgram.SkipWithoutPostgres();
        using var folder = new TemporaryFolder();
        var report = folder.In("chaos.html");
        var (code, data, talk) = await EosProgram.RunAsync(
            Deadline.InSeconds(400), "chaos", "--minutes", "0.4", "--seed", "1", "--json", "--report", report);
        Assert.True(code == 0, data + talk);
        var result = ChaosOutcome.Of(data);
        foreach (var name in new[] { "broker", "postgres", "processor", "orders", "relay" }) Assert.True(result.Kills.GetValueOrDefault(name) > 0, talk);
        foreach (var kind in new[] { "freeze", "restart", "cut", "stall" }) Assert.Contains(result.Kills.Keys, name => name.EndsWith('_' + kind));
        Assert.True(result.Read > 0 && result.Duplicates > 0 && result.DeadLetters > 0, data);
        Assert.True(result.Events > 0, data);
        Assert.Contains("<svg", await File.ReadAllTextAsync(report));
    }

    [Theory]
    [InlineData("--minutes", "0")]
    [InlineData("--minutes", "long")]
    [InlineData("--rate", "-1")]
    [InlineData("--within", "3m")]
    [InlineData("--within", "soon")]
    [InlineData("--cdc", "nobody")]
    public async Task a_run_that_cannot_be_is_refused(params string[] arguments)
    {
        var (code, data, talk) = await EosProgram.RunAsync(["chaos", .. arguments]);
        Assert.Equal(2, code);
        Assert.Empty(data);
        Assert.True(talk.Contains(arguments[0]) || talk.Contains(arguments[1]), talk);
    }
}
