using System.Diagnostics;
using FuturesEos.ServiceDefaults.Telemetry;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Spans of one Kafka transaction: each event's own, in the trace of its signal, and the transaction's, linked to them.
/// All end together, since no event is there before the commit. Nothing is made while nobody listens.
/// </summary>
internal sealed class RelaySpans(string transactionalId, string topic)
{
    private readonly List<Activity> _sends = [];
    private Activity? _transaction;

    /// <summary>A row goes out.</summary>
    public void Send(OutboxEntry entry)
    {
        if (!RelayTelemetry.Source.HasListeners())
            return;
        var around = Activity.Current;
        _transaction ??= RelayTelemetry.Source.CreateActivity(
            Messaging.Transaction, ActivityKind.Internal, default(ActivityContext))?
            .SetTag(Messaging.TransactionalId, transactionalId).Start();
        Activity.Current = null;
        var order = Messaging.ContextOf(entry.Traceparent);
        var send = RelayTelemetry.Source.StartActivity(
            "send " + topic, ActivityKind.Producer, order, Messaging.Tags("send", topic),
            order == default ? null : [new ActivityLink(order)]);
        Activity.Current = around;
        if (send is null)
            return;
        send.SetTag(Messaging.Key, entry.AggregateId.ToString());
        if (_sends.Count < Messaging.LinksMax)
            _transaction?.AddLink(new ActivityLink(send.Context));
        _sends.Add(send);
    }

    /// <summary>The transaction has ended.</summary>
    /// <param name="failure">Why not with a commit; none: committed.</param>
    public void End(string? failure = null)
    {
        foreach (var send in _sends)
            Stop(send, failure);
        if (_transaction is not null)
            Stop(_transaction.SetTag(Messaging.Outcome, failure is null ? "committed" : "failed")
                .WithCount(_sends.Count)!, failure);
        _sends.Clear();
        _transaction = null;
    }

    private static void Stop(Activity activity, string? failure)
    {
        if (failure is not null)
            activity.SetTag(Messaging.ErrorType, failure).SetStatus(ActivityStatusCode.Error);
        activity.Dispose();
    }
}
