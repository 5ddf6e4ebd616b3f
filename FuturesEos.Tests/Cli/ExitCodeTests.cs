using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class ExitCodeTests
{
    [Theory]
    [InlineData("--nix")]
    [InlineData("nix")]
    [InlineData("run")]
    [InlineData("run", "nix")]
    [InlineData("up", "--rate", "-1")]
    [InlineData("up", "--rate", "many")]
    [InlineData("up", "--nix")]
    [InlineData("run", "broker", "--nix")]
    [InlineData("run", "broker", "--port", "many")]
    [InlineData("demo", "--trades", "/nowhere/trades.csv")]
    public async Task a_wrong_line_is_a_sentence_and_exit_code_2(params string[] arguments)
    {
        var (code, data, talk) = await EosProgram.RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Empty(data);
        Assert.NotEmpty(talk);
        Assert.DoesNotContain("   at ", talk);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status", "--json")]
    [InlineData("down")]
    [InlineData("migrate")]
    [InlineData("run", "processor")]
    [InlineData("run", "generator")]
    public async Task where_nothing_runs_a_command_says_so_with_the_remedy_and_exit_code_3(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var (code, data, talk) = await EosProgram.RunAsync([.. arguments, "--data", folder.Path]);
        Assert.Equal(3, code);
        Assert.Empty(data);
        Assert.Contains($"no pipeline runs in {folder.Path}", talk);
        Assert.Contains("eos up", talk);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("up", "--help")]
    [InlineData("run", "broker", "--help")]
    [InlineData("run", "processor", "--help")]
    [InlineData("migrate", "--help")]
    public async Task help_is_data_and_exit_code_0(params string[] arguments)
    {
        var (code, data, talk) = await EosProgram.RunAsync(arguments);
        Assert.Equal(0, code);
        Assert.NotEmpty(data);
        Assert.Empty(talk);
    }
}
