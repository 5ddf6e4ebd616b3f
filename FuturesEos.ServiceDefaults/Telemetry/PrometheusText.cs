using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace FuturesEos.ServiceDefaults.Telemetry;

/// <summary>
/// The product's instruments in Prometheus' text format 0.0.4, named by OpenTelemetry's rules for it: dots become
/// underscores, the unit is appended (<c>s</c> → <c>_seconds</c>, <c>By</c> → <c>_bytes</c>, <c>{…}</c> dropped),
/// monotonic sums end in <c>_total</c>.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/</remarks>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private const int SeriesMax = 2_000;
    private static readonly double[] DefaultBuckets = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5,
        10];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("FuturesEos.", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.GroupBy(s => s.Key.Instrument).OrderBy(f => f.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(family.Key);
            text.Append("# HELP ")
                .Append(name).Append(' ').Append(family.Key.Description ?? family.Key.Name).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(family.Key)).Append('\n');
            foreach (var (key, series) in family.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
                series.Write(text, name, key.Labels);
        }

        return text.ToString();
    }

    internal static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_') + UnitOf(instrument);
        return IsMonotonic(instrument) && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string UnitOf(Instrument instrument) => instrument.Unit switch
    {
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "By" => "_bytes",
        "1" when TypeOf(instrument) == "gauge" => "_ratio",
        _ => "",
    };

    private static bool IsMonotonic(Instrument instrument) =>
        IsA(instrument, typeof(Counter<>)) || IsA(instrument, typeof(ObservableCounter<>));

    private static string TypeOf(Instrument instrument) =>
        IsMonotonic(instrument) ? "counter" : IsA(instrument, typeof(Histogram<>)) ? "histogram" : "gauge";

    private static bool IsA(Instrument instrument, Type generic) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == generic;

    private static bool IsSum(Instrument instrument) =>
        IsA(instrument, typeof(Counter<>)) || IsA(instrument, typeof(UpDownCounter<>));

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument, LabelsOf(tags));
        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= SeriesMax) return; // a label that grows without end must not take the process with it
            series = _series.GetOrAdd(key, static k => new Series(
                TypeOf(k.Instrument) == "histogram" ? DefaultBuckets : null, IsSum(k.Instrument)));
        }

        series.Record(value);
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(name.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private sealed class Series(double[]? buckets, bool isSum)
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = new long[(buckets?.Length ?? 0) + 1];
        private double _value;
        private long _count;

        public void Record(double value)
        {
            lock (_lock)
            {
                if (buckets is null)
                {
                    _value = isSum ? _value + value : value;
                    return;
                }

                _value += value;
                _count++;
                var bucket = Array.FindIndex(buckets, bound => value <= bound);
                _counts[bucket < 0 ? buckets.Length : bucket]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                if (buckets is null)
                {
                    Line(text, name, labels, _value);
                    return;
                }

                long cumulative = 0;
                for (var i = 0; i <= buckets.Length; i++)
                {
                    cumulative += _counts[i];
                    var bound = i < buckets.Length ? buckets[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    Line(text,
                        name + "_bucket", (labels.Length > 0 ? labels + "," : "") + $"le=\"{bound}\"", cumulative);
                }

                Line(text, name + "_sum", labels, _value);
                Line(text, name + "_count", labels, _count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
