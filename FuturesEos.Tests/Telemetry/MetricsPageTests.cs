using System.Text.RegularExpressions;
using FuturesEos.ServiceDefaults.Telemetry;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Telemetry;

/// <summary>The page of metrics says what the code has, no more and no less.</summary>
public partial class MetricsPageTests
{
    [Fact]
    public async Task every_instrument_of_the_code_is_on_the_page_with_its_kind_unit_and_prometheus_name()
    {
        var found = Product().SelectMany(file => Instrument().Matches(SourceTree.Read(file)).Select(match => (
            Project: Project(file), Instrument: new InstrumentKey(
                match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["unit"].Value)))).ToList();
        var names = await PrometheusNames.OfAsync(found.Select(row => row.Instrument));
        var inCode = found.Select(row => $"{row.Instrument.Name} | {Kind(row.Instrument.Kind)} | "
            + $"{row.Instrument.Unit} | {names[row.Instrument]} | {row.Project}");
        var onPage = PageRow().Matches(SourceTree.Read("docs/metrics.md"))
            .Select(match => string.Join(" | ", match.Groups.Values.Skip(1).Select(group => group.Value)));
        Assert.Equal(inCode.Order(), onPage.Order());
    }

    [Fact]
    public void every_span_of_the_code_is_on_the_page()
    {
        var page = SourceTree.Read("docs/metrics.md");
        var names =
            Product()
                .SelectMany(file => Span().Matches(SourceTree.Read(file)).Select(match => match.Groups["name"].Value))
                .Select(name => name == "Messaging.Transaction" ? Messaging.Transaction : name).Distinct().ToList();
        Assert.True(names.Count >= 5, string.Join(", ", names));
        Assert.Empty(names.Where(name => !page.Contains("| `" + name)));
    }

    private static IEnumerable<string> Product() =>
        SourceTree.Files("*.cs").Where(file => !file.StartsWith("FuturesEos.Tests/"));

    private static string Project(string file) =>
        file.Split('/').First(part => part.StartsWith("FuturesEos."))["FuturesEos.".Length..];

    private static string Kind(string kind) => kind switch
    {
        "UpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        _ => kind.ToLowerInvariant(),
    };

    // Meter.CreateCounter<long>("eos.transactions", "{transaction}", …), Meter.CreateObservableGauge("eos.outbox.lag",
    // () => …, "s", …)
    [GeneratedRegex("""Meter\.Create(?<kind>\w+?)(?:<\w+>)?\(\s*"(?<name>[^"]+)",\s*(?:\(\) => .+?,\s*)?"(?<unit>[^"]+)""")]
    private static partial Regex Instrument();

    // | `eos.transactions` | counter | `{transaction}` | `eos_transactions_total` | Streams | …
    [GeneratedRegex("""^\| `([^`]+)` \| ([a-z -]+) \| `([^`]+)` \| `([^`]+)` \| (\w+) \|""", RegexOptions.Multiline)]
    private static partial Regex PageRow();

    [GeneratedRegex("""(?:Start|Create)Activity\((?:[^;"]*?)(?:"(?<name>[a-z][^"]*?) ?"|(?<name>Messaging\.Transaction))""")]
    private static partial Regex Span();
}
