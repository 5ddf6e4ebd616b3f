namespace FuturesEos.Tests.Broker.History;

/// <summary>
/// Judges what producers sent and what committed readers saw (after Jepsen's Kafka workload). A value is sent once in a
/// history, so that each sighting names its transaction; a record made of another one names it: effects can be counted.
/// </summary>
internal static class HistoryJudge
{
    /// <summary>Every violation, one line each.</summary>
    public static List<string> Judge(IReadOnlyList<Transaction> transactions, IReadOnlyList<Pass> passes)
    {
        var owners = transactions.SelectMany(t => t.Sent.Select(s => (Sent: s, Transaction: t)))
            .ToDictionary(owner => owner.Sent.Value, owner => (owner.Sent, owner.Transaction));
        var found = new List<string>();
        foreach (var pass in passes) Read(pass, owners, found);
        Agree(passes, found);
        var finals = passes.Where(p => p.IsFinal).SelectMany(p => p.Seen.Select(s => s.Value)).ToHashSet();
        if (finals.Count == 0) return found;
        Complete(transactions, finals, found);
        Count(transactions, finals, found);
        return found;
    }

    private static void Read(Pass pass, Dictionary<int, (Sent, Transaction)> owners, List<string> found)
    {
        var last = pass.Start - 1;
        var values = new HashSet<int>();
        foreach (var (offset, value, at) in pass.Seen)
        {
            if (offset <= last)
                found.Add($"nonmonotonic read: {pass.Reader} was given {pass.Place} {offset} after {last}");
            last = offset;
            if (!values.Add(value)) found.Add($"duplicate: {pass.Reader} was given {value} twice");
            if (!owners.TryGetValue(value, out var owner))
            {
                found.Add($"read from nowhere: {pass.Reader} was given {value}, which nobody sent");
                continue;
            }

            var (sent, transaction) = owner;
            if (transaction.Outcome == Outcome.Aborted)
                found.Add($"aborted read: {pass.Reader} was given {value} of {transaction.Id}");
            else if (at < transaction.Decided)
                found.Add($"precommitted read: {pass.Reader} was given {value} before the commit of {transaction.Id}");
            else if (sent.Place != pass.Place || (sent.Offset ?? offset) != offset)
                found.Add($"moved: {value}, acknowledged at {sent.Place} {sent.Offset}, was at {pass.Place} {offset}");
        }
    }

    // what one reader passed over no other may be given: that would be a transaction read before it was stable, or half
    // of one
    private static void Agree(IReadOnlyList<Pass> passes, List<string> found)
    {
        foreach (var partition in passes.GroupBy(p => p.Place))
        {
            var values = partition.SelectMany(p => p.Seen).ToLookup(s => s.Offset, s => s.Value);
            foreach (var offset in values.Where(o => o.Distinct().Count() > 1))
            {
                var all = string.Join(" and ", offset.Distinct());
                found.Add($"inconsistent offset: {partition.Key} {offset.Key} was {all}");
            }

            foreach (var pass in partition.Where(p => p.Seen.Count > 0))
            {
                var end = pass.Seen[^1].Offset;
                var given = pass.Seen.Select(s => s.Offset).ToHashSet();
                var due = values.Select(o => o.Key).Where(o => o >= pass.Start && o < end);
                foreach (var offset in due.Where(o => !given.Contains(o)))
                    found.Add($"passed over: {pass.Reader} was not given {partition.Key} {offset} and read on to {end}");
            }
        }
    }

    private static void Complete(IReadOnlyList<Transaction> transactions, HashSet<int> finals, List<string> found)
    {
        foreach (var transaction in transactions)
        {
            var due = transaction.Sent.Where(s => !s.IsDeleted).ToList();
            var (there, all) = (due.Count(s => finals.Contains(s.Value)), due.Count);
            if (there == all) continue;
            if (transaction.Outcome == Outcome.Committed)
                found.Add($"lost write: {transaction.Id} was committed, and {all - there} of {all} are not there");
            else if (there > 0)
                found.Add($"torn transaction: {there} of {all} records of {transaction.Id} are there");
        }
    }

    // positions and effects are in one transaction: each record that is there has one effect
    private static void Count(IReadOnlyList<Transaction> transactions, HashSet<int> finals, List<string> found)
    {
        var effects = transactions.SelectMany(t => t.Sent).Where(s => s.Cause is not null)
            .ToDictionary(s => s.Value, s => s.Cause!.Value);
        if (effects.Count == 0) return;
        var made = finals.Where(effects.ContainsKey).ToLookup(value => effects[value]);
        var inputs = finals.Where(value => !effects.ContainsKey(value)).ToHashSet();
        found.AddRange(inputs.Where(i => !made[i].Any()).Select(i => $"effect lost: nothing was made of {i}"));
        foreach (var m in made)
        {
            if (m.Count() > 1) found.Add($"effect twice: {string.Join(" and ", m)} were made of {m.Key}");
            if (!inputs.Contains(m.Key)) found.Add($"effect of nothing: {m.First()} was made of {m.Key}");
        }
    }
}
