using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using FuturesEos.ServiceDefaults.Telemetry;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Telemetry;

/// <summary>The page of metrics says what the code has, no more and no less.</summary>
public partial class MetricsPageTests
{
    [Fact]
    public void every_instrument_of_the_code_is_on_the_page_with_its_kind_unit_and_prometheus_name()
    {
        var inCode = Product().SelectMany(file => Instrument().Matches(SourceTree.Read(file)).Select(match => Row(
            Project(file), match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["unit"].Value)));
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

    private static string Row(string project, string kind, string name, string unit)
    {
        using var meter = new Meter("FuturesEos.MetricsPageTests");
        Instrument instrument = kind switch
        {
            "Counter" => meter.CreateCounter<long>(name, unit),
            "UpDownCounter" => meter.CreateUpDownCounter<long>(name, unit),
            "Histogram" => meter.CreateHistogram<double>(name, unit),
            "ObservableGauge" => meter.CreateObservableGauge(name, () => 0L, unit),
            _ => throw new ArgumentException(kind),
        };
        return $"{name} | {kind switch { "Counter" => "counter", "UpDownCounter" => "up-down counter", "Histogram" => "histogram", _ => "gauge" }}"
            + $" | {unit} | {PrometheusText.NameOf(instrument)} | {project}";
    }

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
