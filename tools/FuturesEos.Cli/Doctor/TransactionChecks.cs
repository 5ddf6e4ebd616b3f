using FuturesEos.Cli.Wire;

namespace FuturesEos.Cli.Doctor;

/// <summary>Transactions that block readers, and owners that leave theirs open.</summary>
internal sealed class TransactionChecks(Transactions transactions)
{
    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Looks at coordinators and partitions.</summary>
    public async Task<List<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        const string check = "transactions";
        var findings = new List<Finding>();
        foreach (var hanging in await transactions.HangingAsync(cancellationToken))
            findings.Add(Finding.Error(
                check, $"{hanging.Name} hangs: readers stand there for good", $"eos txn abort {hanging.Name}"));
        var all = await transactions.ListAsync(cancellationToken);
        foreach (var transaction in all)
        {
            var timeout = TimeSpan.FromMilliseconds(transaction.TimeoutMs);
            if (transaction.StartedAt is { } start && DateTime.UtcNow - start > timeout + TimeSpan.FromSeconds(10))
                findings.Add(
                    Finding.Warning(
                        check,
                        $"{transaction.TransactionalId} is {transaction.State} since {start:O}, "
                            + "longer than its timeout", $"eos txn abort {transaction.TransactionalId}"));
            if (timeout > LongTimeout)
                findings.Add(
                    Finding.Warning(
                        check,
                        $"{transaction.TransactionalId} may stay open for {timeout.TotalSeconds:0} s when its owner "
                            + "dies: readers wait that long", "a shorter --transaction-timeout"));
        }

        return findings.Count > 0 ? findings : [Finding.Ok(check, $"{all.Count} transactional ids, none hangs")];
    }
}
