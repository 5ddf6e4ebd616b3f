using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// What the broker has answered, by the names of the fields: members, generations, producer ids and epochs, topic ids. With
/// them a stranger's requests get as far as a client's. Answers that speak of the client beside it are passed over.
/// </summary>
internal sealed class ValuesSeen
{
    private const int KeptOfEach = 32;
    private const int LongestText = 100;

    private readonly ConcurrentDictionary<string, object[]> _values = new(StringComparer.Ordinal);

    /// <summary>Learns the fields of an answer.</summary>
    public void Learn(IReadOnlyCollection<(string Name, object Value)> answer)
    {
        if (answer.Any(field => field.Value is string text && text.Contains(HealthyClient.Name, StringComparison.Ordinal)))
            return;
        foreach (var (name, value) in answer)
        {
            if (Kept(value) is { } kept)
                _values.GetOrAdd(name, _ => new object[KeptOfEach])[(uint)kept.GetHashCode() % KeptOfEach] = kept;
        }
    }

    /// <summary>Half of the time one of the values that were answered under this name.</summary>
    public bool TryRecall<T>(string name, Random random, [NotNullWhen(true)] out T? value)
    {
        value = default;
        if (random.Next(2) == 0 || !_values.TryGetValue(name, out var kept) || kept[random.Next(KeptOfEach)] is not T known)
            return false;
        value = known;
        return true;
    }

    private static object? Kept(object value) => value switch
    {
        short or int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        string text => text.Length <= LongestText ? text : null,
        Guid => value,
        _ => null,
    };
}
