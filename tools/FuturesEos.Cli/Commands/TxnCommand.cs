using System.CommandLine;
using System.Globalization;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Wire;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos txn</c>: transactions as coordinators and partitions know them.</summary>
internal static class TxnCommand
{
    private static readonly Argument<string> Id = new("ID") { Description = "a transactional id" };
    private static readonly Argument<string> IdOrPlace = new("ID")
    { Description = "a transactional id, or TOPIC:PARTITION:OFFSET of a hanging one" };
    private static readonly Argument<string> Place = new("PLACE")
    { Description = "TOPIC:PARTITION:OFFSET of a hanging one" };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "do not ask" };

    public static Command Create()
    {
        var list = new Command("list", "every transactional id, its state and age");
        list.FindsPipeline().PrintsJson().SetAction((parsed, token) => AskAsync(parsed, ListAsync, token));
        var describe = new Command("describe", "one of them, with its partitions") { Id };
        describe.FindsPipeline().PrintsJson().SetAction((parsed, token) => AskAsync(parsed, DescribeAsync, token));
        var hanging = new Command(
            "hanging", "open in a partition, and no coordinator will end them; exit 1 when there are any");
        hanging.FindsPipeline().PrintsJson().SetAction((parsed, token) => AskAsync(parsed, HangingAsync, token));
        var abort = new Command("abort",
            "abort what is open under an id and fence its owner, or a hanging one by its place") { IdOrPlace, Yes };
        abort.FindsPipeline().PrintsJson().SetAction((parsed, token) => AskAsync(parsed, AbortAsync, token));
        var commit = new Command("commit",
            "end a hanging one as committed: only where its owner says that it was, and the marker was lost")
        { Place, Yes };
        commit.FindsPipeline().PrintsJson().SetAction((parsed, token) => AskAsync(parsed, CommitAsync, token));
        return new Command("txn", "transactions as the coordinator knows them")
        {
            list, describe, hanging, abort, commit,
        };
    }

    private static async Task<int> AskAsync(
        ParseResult parsed,
        Func<ParseResult, Transactions, CancellationToken, Task<int>> ask, CancellationToken cancellationToken)
    {
        await using var cluster = await KafkaCluster.OpenAsync(PipelineContext.From(parsed).Kafka, cancellationToken);
        return await ask(parsed, new Transactions(cluster), cancellationToken);
    }

    private static async Task<int> ListAsync(
        ParseResult parsed, Transactions transactions, CancellationToken cancellationToken)
    {
        var all = await transactions.ListAsync(cancellationToken);
        if (parsed.WantsJson())
        {
            Json.Print(new { Transactions = all });
            return ExitCode.Ok;
        }

        var table = Screen.Table(
            "TRANSACTIONAL ID", "STATE", "PRODUCER", "EPOCH", "TIMEOUT", "STARTED", "PARTITIONS", "COORDINATOR");
        foreach (var t in all)
            table.Row(t.TransactionalId, t.State, Text(t.ProducerId), Text(t.ProducerEpoch),
                $"{t.TimeoutMs} ms", Time(t.StartedAt), Text(t.Partitions.Count), Text(t.Coordinator));
        Screen.Write(table);
        return ExitCode.Ok;
    }

    private static async Task<int> DescribeAsync(
        ParseResult parsed, Transactions transactions, CancellationToken cancellationToken)
    {
        var t = await FindAsync(parsed.GetValue(Id)!, transactions, cancellationToken);
        if (parsed.WantsJson())
        {
            Json.Print(t);
            return ExitCode.Ok;
        }

        var table = Screen.Table("FIELD", "VALUE");
        table.Row("transactional id", t.TransactionalId)
            .Row("state", t.State).Row("producer id", Text(t.ProducerId)).Row("epoch", Text(t.ProducerEpoch));
        table.Row("timeout", $"{t.TimeoutMs} ms")
            .Row("started", Time(t.StartedAt)).Row("coordinator", Text(t.Coordinator));
        foreach (var partition in t.Partitions) table.Row("partition", partition);
        Screen.Write(table);
        return ExitCode.Ok;
    }

    private static async Task<int> HangingAsync(
        ParseResult parsed, Transactions transactions, CancellationToken cancellationToken)
    {
        var hanging = await transactions.HangingAsync(cancellationToken);
        if (parsed.WantsJson())
        {
            Json.Print(new { Hanging = hanging });
        }
        else
        {
            var table = Screen.Table("PLACE", "PRODUCER", "EPOCH", "LAST WRITTEN");
            foreach (var h in hanging)
                table.Row(h.Name, Text(h.ProducerId), Text(h.ProducerEpoch), Time(h.LastWrittenAt));
            if (hanging.Count > 0) Screen.Write(table);
            Talk.Line(hanging.Count == 0 ? "no transaction hangs" : "'eos txn abort PLACE' ends one");
        }

        return hanging.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static async Task<int> AbortAsync(
        ParseResult parsed, Transactions transactions, CancellationToken cancellationToken)
    {
        var id = parsed.GetValue(IdOrPlace)!;
        if ((await transactions.HangingAsync(cancellationToken)).Find(h => h.Name == id) is { } hanging)
        {
            Confirm(parsed,
                $"write an abort marker for producer {hanging.ProducerId} into {hanging.Topic} {hanging.Partition}");
            await transactions.EndAsync(hanging, isCommitted: false, cancellationToken);
        }
        else
        {
            var transaction = await FindAsync(id, transactions, cancellationToken);
            Confirm(parsed, $"abort what is open under {id} ({transaction.State}) and fence its owner");
            await transactions.AbortAsync(transaction, cancellationToken);
        }

        if (parsed.WantsJson()) Json.Print(new { Aborted = id });
        else Talk.Line($"{id}: aborted; whoever owned it was fenced");
        return ExitCode.Ok;
    }

    private static async Task<int> CommitAsync(
        ParseResult parsed, Transactions transactions, CancellationToken cancellationToken)
    {
        var place = parsed.GetValue(Place)!;
        var hanging = (await transactions.HangingAsync(cancellationToken)).Find(h => h.Name == place)
            ?? throw new ExpectedFailure(
                ExitCode.CheckFailed, $"no transaction hangs at {place}; 'eos txn hanging' shows those that do");
        Confirm(parsed,
            $"write a commit marker for producer {hanging.ProducerId} into {hanging.Topic} {hanging.Partition}: "
                + "what it wrote there becomes visible");
        await transactions.EndAsync(hanging, isCommitted: true, cancellationToken);
        if (parsed.WantsJson()) Json.Print(new { Committed = place });
        else Talk.Line($"{place}: committed");
        return ExitCode.Ok;
    }

    private static async Task<TransactionView> FindAsync(
        string id, Transactions transactions, CancellationToken cancellationToken) =>
        await transactions.FindAsync(id, cancellationToken)
        ?? throw new ExpectedFailure(ExitCode.CheckFailed,
            $"no coordinator knows the transactional id {id}; 'eos txn list' shows those that are known");

    private static void Confirm(ParseResult parsed, string what)
    {
        if (parsed.GetValue(Yes)) return;
        if (Console.IsInputRedirected)
            throw ExpectedFailure.Usage($"this would {what}; --yes says so without being asked");
        Console.Error.Write($"{what}? [y/N] ");
        if (Console.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes")) throw ExpectedFailure.Usage("nothing was done");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTime? time) =>
        time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "-";
}
