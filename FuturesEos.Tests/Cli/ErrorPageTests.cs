using System.Text;
using Confluent.Kafka;
using FuturesEos.Cli.Explaining;
using FuturesEos.Streams.Transactions;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>The page of errors is the engine's own table.</summary>
public class ErrorPageTests
{
    private const string Page = "docs/errors.md";
    private const string Begin = "<!-- from here on written by ErrorPageTests with EOS_WRITE=1 -->\n";

    [Fact]
    public void the_page_of_errors_says_what_the_engine_does()
    {
        var page = SourceTree.Read(Page);
        var head = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)];
        var now = head + Tables();
        if (Environment.GetEnvironmentVariable("EOS_WRITE") == "1")
            File.WriteAllText(Path.Combine(SourceTree.Root, Page), page = now);
        Assert.Equal(now, page);
    }

    [Fact]
    public void each_class_of_the_table_has_its_chapter()
    {
        var page = SourceTree.Read(Page);
        Assert.All(Enum.GetValues<FailureClass>(), failureClass => Assert.Contains($"\n## {failureClass}\n", page));
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var failureClass in Enum.GetValues<FailureClass>())
        {
            var notes = Enum.GetValues<ErrorCode>().Distinct().Where(code => FailureTable.Of(code) == failureClass)
                .Select(code => ErrorNotes.Find(((int)code).ToString())!)
                .OrderByDescending(note => note.Number >= 0).ThenBy(note => Math.Abs(note.Number!.Value)).ToList();
            text.Append(
                $"\n## {failureClass}\n\n{char.ToUpperInvariant(notes[0].Reaction[0])}{notes[0].Reaction[1..]}.\n\n| "
                    + "number | Kafka's name | what happened |\n| --- | --- | --- |\n");
            foreach (var note in notes) text.Append(
                $"| {note.Number} | `{note.Code}` | {note.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return text.ToString();
    }
}
