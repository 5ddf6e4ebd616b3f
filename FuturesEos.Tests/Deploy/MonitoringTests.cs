using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FuturesEos.Cli.Deploying;
using FuturesEos.OrderManager;
using FuturesEos.OutboxRelay;
using FuturesEos.SignalProcessor;
using FuturesEos.Streams;
using FuturesEos.Tests.Telemetry;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>Alerts and dashboard ask only for names that a service exports or a rule of the exporter makes.</summary>
public partial class MonitoringTests
{
    private static readonly HashSet<string> Functions =
    [
        "sum", "by", "rate", "max", "increase", "histogram_quantile", "min_over_time", "unless", "or", "service",
        "outcome", "reason", "state", "le", "topic", "request", "error", "status",
    ];

    private static readonly ManifestSet Set = DeployFolder.Own.Everything();

    private static IEnumerable<string> Expressions =>
    [
        .. Set.Of("PrometheusRule")
            .SelectMany(rule => Tree.Members(rule.Spec)).Where(m => m.Name == "expr").Select(m => m.Value!.ToString()),
        .. Tree.Members(
            JsonNode.Parse(File.ReadAllText(DeployFolder.Own.At("monitoring", "dashboards", "pipeline.json"))))
            .Where(m => m.Name == "expr").Select(m => m.Value!.ToString()),
    ];

    [Fact]
    public async Task every_metric_that_is_asked_for_is_exported()
    {
        var own = await OwnNamesAsync();
        var made = ExporterNames().ToList();
        Assert.Contains("eos_transactions_total", own);
        var asked = Expressions.SelectMany(Names).Distinct().ToList();
        Assert.True(asked.Count > 15);
        Assert.Empty(asked.Where(name => !own.Contains(name) && !made.Any(pattern => pattern.IsMatch(name))));
    }

    [Fact]
    public async Task a_name_that_nobody_exports_would_be_noticed()
    {
        var (own, made) = (await OwnNamesAsync(), ExporterNames().ToList());
        foreach (var name in new[] { "eos_transaction_total", "eos_decision_total", "kafka_connect_task_status",
            "kafka_cluster_partition_lag" })
            Assert.True(!own.Contains(name) && !made.Any(pattern => pattern.IsMatch(name)), name);
    }

    [Fact]
    public void every_alert_says_what_to_do_in_a_section_that_exists()
    {
        var page =
            File.ReadAllText(Path.Combine(Path.GetDirectoryName(DeployFolder.Own.Path)!, "docs", "kubernetes.md"));
        var sections =
            Heading().Matches(page).Select(m => m.Groups[1].Value.ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        var runbooks = Set.Of("PrometheusRule").SelectMany(rule => Tree.Members(rule.Spec))
            .Where(m => m.Name == "runbook").Select(m => m.Value!.ToString()).ToList();
        var alerts = Set.Of("PrometheusRule").SelectMany(rule => Tree.Members(rule.Spec)).Count(m => m.Name == "alert");
        Assert.Equal(alerts, runbooks.Count);
        Assert.All(runbooks, runbook => Assert.Contains(runbook.Split('#')[1], sections));
    }

    private static async Task<HashSet<string>> OwnNamesAsync()
    {
        Assembly[] assemblies = [typeof(StreamsTelemetry).Assembly, typeof(ProcessorOptions).Assembly,
            typeof(OrderManagerOptions).Assembly, typeof(OutboxRelayOptions).Assembly];
        var meters = assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Meter));
        foreach (var meter in meters) RuntimeHelpers.RunClassConstructor(meter.DeclaringType!.TypeHandle);
        var instruments = new HashSet<InstrumentKey>();
        using var listener = new MeterListener(); // is told of every instrument that is there, observed ones too
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (!instrument.Meter.Name.StartsWith("FuturesEos.", StringComparison.Ordinal)) return;
            instruments.Add(new InstrumentKey(
                instrument.GetType().Name.Split('`')[0], instrument.Name, instrument.Unit ?? ""));
        };
        listener.Start();
        return
        [
            .. (await PrometheusNames.OfAsync(instruments)).SelectMany(made => made.Key.Kind == "Histogram"
                ? [made.Value, made.Value + "_bucket", made.Value + "_sum", made.Value + "_count"]
                : (string[])[made.Value]),
        ];
    }

    // a rule's name with $1, $2 for what its pattern found; the exporter appends _total to counters
    private static IEnumerable<Regex> ExporterNames() =>
        from text in Tree.Map(Set.Find("ConfigMap", "kafka-metrics")!.Node, "data").Values
        from rule in Tree.Items(YamlText.Read(text, "kafka-metrics").Single(), "rules")
        let name = Regex.Replace(Tree.Text(rule, "name")!.Replace('-', '_'),
            @"\$([0-9])", m => $"({Alternatives(Tree.Text(rule, "pattern")!, int.Parse(m.Groups[1].Value))})")
        select new Regex($"^{name}{(Tree.Text(rule, "type") == "COUNTER" ? "_total" : "")}$", RegexOptions.IgnoreCase);

    private static string Alternatives(string pattern, int group)
    {
        var found = Group().Matches(pattern)[group - 1].Groups[1].Value;
        return found.Contains('|') ? found : "[a-z0-9_]+";
    }

    private static IEnumerable<string> Names(string expression) =>
        Name().Matches(Regex.Replace(expression, @"\{[^}]*\}|\[[^\]]*\]|""[^""]*""", ""))
            .Select(m => m.Value).Where(name => !Functions.Contains(name));

    [GeneratedRegex("[a-z][a-z0-9_]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\(([^()]+)\)")]
    private static partial Regex Group();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
