namespace FuturesEos.Tests.Broker.History;

/// <summary>
/// Judges what producers sent in transactions and what committed readers saw. A value is sent once in a history, so that each
/// sighting names its transaction.
/// </summary>
internal static class HistoryJudge
{
    /// <summary>Every violation, one line each.</summary>
    public static List<string> Judge(IReadOnlyList<Transaction> transactions, IReadOnlyList<Pass> passes)
    {
        var owner = transactions.SelectMany(t => t.Sent.Select(s => (s.Value, Transaction: t))).ToDictionary(o => o.Value, o => o.Transaction);
        var found = new List<string>();
        foreach (var pass in passes) Read(pass, owner, found);
        Agree(passes, found);
        Complete(transactions, passes.Where(p => p.IsFinal).ToList(), found);
        return found;
    }

    private static void Read(Pass pass, Dictionary<int, Transaction> owner, List<string> found)
    {
        var at = pass.Start - 1;
        var values = new HashSet<int>();
        foreach (var (offset, value) in pass.Seen)
        {
            if (offset <= at) found.Add($"nonmonotonic read: {pass.Reader} was given {pass.Partition}/{offset} after {at}");
            at = offset;
            if (!values.Add(value)) found.Add($"duplicate: {pass.Reader} was given {value} twice");
            if (!owner.TryGetValue(value, out var transaction))
                found.Add($"read from nowhere: {pass.Reader} was given {value}, which nobody sent");
            else if (transaction.Outcome == Outcome.Aborted)
                found.Add($"aborted read: {pass.Reader} was given {value} of {transaction.Id}");
            else if (transaction.Sent.First(s => s.Value == value) is var sent && (sent.Partition, sent.Offset) != (pass.Partition, offset))
                found.Add($"moved: {value} was acknowledged at {sent.Partition}/{sent.Offset} and read at {pass.Partition}/{offset}");
        }
    }

    // what one reader passed over no other may be given: that would be a transaction read before it was stable, or half of one
    private static void Agree(IReadOnlyList<Pass> passes, List<string> found)
    {
        foreach (var partition in passes.GroupBy(p => p.Partition))
        {
            var values = partition.SelectMany(p => p.Seen).ToLookup(s => s.Offset, s => s.Value);
            foreach (var offset in values.Where(o => o.Distinct().Count() > 1))
                found.Add($"inconsistent offset: {partition.Key}/{offset.Key} was {string.Join(" and ", offset.Distinct())}");
            foreach (var pass in partition.Where(p => p.Seen.Count > 0))
            {
                var end = pass.Seen[^1].Offset;
                var given = pass.Seen.Select(s => s.Offset).ToHashSet();
                foreach (var offset in values.Select(o => o.Key).Where(o => o >= pass.Start && o < end && !given.Contains(o)))
                    found.Add($"passed over: {pass.Reader} was not given {partition.Key}/{offset}, and read on to {end}");
            }
        }
    }

    private static void Complete(IReadOnlyList<Transaction> transactions, List<Pass> finals, List<string> found)
    {
        if (finals.Count == 0) return;
        var seen = finals.SelectMany(p => p.Seen.Select(s => s.Value)).ToHashSet();
        foreach (var transaction in transactions)
        {
            var there = transaction.Sent.Count(s => seen.Contains(s.Value));
            if (there == transaction.Sent.Count) continue;
            if (transaction.Outcome == Outcome.Committed)
                found.Add($"lost write: {transaction.Id} was committed, and {transaction.Sent.Count - there} of {transaction.Sent.Count} are not there");
            else if (there > 0)
                found.Add($"torn transaction: {there} of {transaction.Sent.Count} records of {transaction.Id} are there");
        }
    }
}
