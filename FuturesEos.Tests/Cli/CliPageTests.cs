using FuturesEos.Cli;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>The page of the command is what the command says of itself.</summary>
public class CliPageTests
{
    private const string Page = "docs/cli.md";
    private const string Begin = "<!-- from here on written by CliPageTests with EOS_WRITE=1 -->\n";

    [Fact]
    public void the_page_of_the_command_says_what_the_command_says()
    {
        var page = SourceTree.Read(Page);
        var now = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + CliPage.Write();
        if (Environment.GetEnvironmentVariable("EOS_WRITE") == "1")
            File.WriteAllText(Path.Combine(SourceTree.Root, Page), page = now);
        Assert.Equal(now, page);
    }

    [Fact]
    public void every_command_that_the_page_shows_exists_with_its_options()
    {
        var head = SourceTree.Read(Page).Split(Begin)[0];
        var shown = head.Split('\n').Where(line => line.StartsWith("./eos ", StringComparison.Ordinal))
            .Select(line => line.Split('#')[0].Split('|')[0].Trim()["./eos ".Length..]).ToList();
        Assert.True(shown.Count > 8);
        foreach (var line in shown.Where(
            line => line.Split(' ')[0] is not ("run" or "replay" or "burst" or "send" or "test" or "bench")))
            Assert.True(Eos.Commands().Parse(line).Errors.Count == 0, line);
    }
}
