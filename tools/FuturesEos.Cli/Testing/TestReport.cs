using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace FuturesEos.Cli.Testing;

/// <summary>What a run of the tests gave, from the report that xunit writes.</summary>
/// <param name="Passed">Number of tests that passed.</param>
/// <param name="Failed">Number of tests that failed, errors outside of tests included.</param>
/// <param name="Skipped">Number of tests that were skipped.</param>
/// <param name="SkippedForWant">Those skipped because something was missing that <c>./eos</c> provides, with their
/// reasons.</param>
/// <param name="Failures">The first of those that failed: name, message and where.</param>
/// <param name="Ran">How many tests of each folder ran: skipped ones do not count.</param>
internal sealed record TestReport(
    int Passed, int Failed, int Skipped, IReadOnlyList<string> SkippedForWant, IReadOnlyList<string> Failures,
    IReadOnlyList<(string Folder, int Count)> Ran)
{
    private const int MostFailures = 20;
    private const int MostOfAFailure = 4000;

    private static readonly string[] Provided = ["needs PostgreSQL", "needs RocksDB", "needs librdkafka"];

    /// <summary>Reads a report; none when the run wrote none.</summary>
    public static TestReport? Read(string path)
    {
        try
        {
            // <assemblies><assembly passed="7" failed="0" skipped="0" errors="0"><collection>
            //   <test name="…" result="Skip"><reason>needs PostgreSQL: …</reason></test>
            var assemblies = XDocument.Load(path).Descendants("assembly").ToList();
            var skips =
                from test in assemblies.Descendants("test")
                let reason = (string?)test.Element("reason")
                where reason is not null
                    && Array.Exists(Provided, word => reason.Contains(word, StringComparison.Ordinal))
                select $"{(string?)test.Attribute("name")}: {reason}";
            // <test name="…" result="Fail"><failure><message>…</message><stack-trace>…</stack-trace></failure>; what
            // failed outside of a test: <error name="…"><failure>
            var failures =
                from failure in assemblies.Descendants("failure")
                let text = $"{(string?)failure.Element("message")}\n{(string?)failure.Element("stack-trace")}"
                select $"{(string?)failure.Parent?.Attribute("name")}\n{text[..Math.Min(text.Length, MostOfAFailure)]}";
            return new TestReport(
                Sum(assemblies, "passed"),
                Sum(assemblies, "failed") + Sum(assemblies, "errors"), Sum(assemblies, "skipped"), [.. skips],
                [.. failures.Take(MostFailures)],
                [
                    .. assemblies.Descendants("test").Where(test => (string?)test.Attribute("result") != "Skip")
                        .GroupBy(FolderOf).OrderBy(folder => folder.Key, StringComparer.Ordinal)
                        .Select(folder => (folder.Key, folder.Count())),
                ]);
        }
        catch (Exception e) when (e is IOException or XmlException)
        {
            return null;
        }
    }

    // type="FuturesEos.Tests.Broker.Secure.TlsTests"
    private static string FolderOf(XElement test) =>
        (string?)test.Attribute("type") is { } type && type.Split('.') is [_, _, var folder, _, ..] ? folder : "?";

    private static int Sum(List<XElement> assemblies, string attribute) =>
        assemblies.Sum(
            assembly => int.Parse((string?)assembly.Attribute(attribute) ?? "0", CultureInfo.InvariantCulture));
}
