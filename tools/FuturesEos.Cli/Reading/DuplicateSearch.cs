namespace FuturesEos.Cli.Reading;

/// <summary>Looks for repeated ids.</summary>
internal sealed class DuplicateSearch
{
    private DuplicateSearch()
    {
    }

    /// <summary>How many records there were.</summary>
    public long Records { get; private set; }

    /// <summary>How many have no id.</summary>
    public long WithoutId { get; private set; }

    /// <summary>How many repeat an earlier one's.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them.</summary>
    public List<Duplicate> First { get; } = [];

    /// <summary>Reads to the end.</summary>
    public static DuplicateSearch Run(IEnumerable<CommittedRecord> records, string by, int shownMax)
    {
        var found = new DuplicateSearch();
        var places = new Dictionary<string, (int Partition, long Offset)>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            found.Records++;
            if (RecordId.Of(record, by) is not { } id)
            {
                found.WithoutId++;
                continue;
            }

            if (places.TryAdd(id, (record.Partition, record.Offset))) continue;
            found.Count++;
            if (found.First.Count < shownMax)
                found.First.Add(new Duplicate(id, Place(places[id]), Place((record.Partition, record.Offset))));
        }

        return found;
    }

    private static string Place((int Partition, long Offset) place) =>
        FormattableString.Invariant($"{place.Partition}:{place.Offset}");

    /// <param name="Id">The id.</param>
    /// <param name="FirstPlace">partition:offset of its first record.</param>
    /// <param name="Place">partition:offset of this one.</param>
    internal sealed record Duplicate(string Id, string FirstPlace, string Place);
}
