using FuturesEos.KafkaProtocol;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>What a broker answered to one request, field by field.</summary>
internal sealed record Answer(string Title, ApiKey Api, short Version, IReadOnlyList<(string Path, string Value)> Fields)
{
    private const int LongestLine = 500;
    public const string Nothing = "(not there)";

    /// <summary>The fields in which two answers to the same request differ.</summary>
    public IEnumerable<Mismatch> Against(Answer kafka)
    {
        var ours = Fields.ToLookup(f => f.Path, f => f.Value);
        var theirs = kafka.Fields.ToLookup(f => f.Path, f => f.Value);
        foreach (var path in ours.Select(g => g.Key).Union(theirs.Select(g => g.Key)))
        {
            var (mine, other) = (Text(ours[path]), Text(theirs[path]));
            if (mine != other) yield return new Mismatch(this, path, mine, other);
        }
    }

    public override string ToString()
    {
        var text = $"{Title} ({Api} {Version}): {string.Join(' ', Fields.Select(f => $"{f.Path}={f.Value}"))}";
        return text.Length <= LongestLine ? text : text[..LongestLine] + "...";
    }

    private static string Text(IEnumerable<string> values) =>
        values.Aggregate((string?)null, (all, next) => all is null ? next : $"{all} | {next}") ?? Nothing;
}
