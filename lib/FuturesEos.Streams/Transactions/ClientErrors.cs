using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// What clients tell beside their calls' results. Mostly hints (a broker is away), but for a refused login, which no
/// call ever returns: it is kept, and thrown by the thread.
/// </summary>
internal sealed class ClientErrors(StreamsOptions options, TimeProvider time, ILogger log)
{
    private WaitNotice _brokerWait;
    private StreamsFatalException? _failure;
    private bool _lostConnection;

    /// <summary>A client's error handler; called by polls, and by client threads.</summary>
    public void Take(Error error)
    {
        if (error.Code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve)
            Volatile.Write(ref _lostConnection, true);
        if (error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed)
            _failure = new StreamsFatalException(
                $"The brokers at {options.BootstrapServers} refuse the login: {error.Reason}. "
                    + "Check the security settings (Kafka__…).");
        else if (error.Code == ErrorCode.Local_AllBrokersDown && _brokerWait.IsDue(time))
            log.WaitingForBroker(options.BootstrapServers, error.Reason);
    }

    /// <summary>A broker answered: the next outage is told anew.</summary>
    public void Reached() => _brokerWait = default;

    /// <summary>Whether a connection was lost since this was asked last.</summary>
    public bool TakeLostConnection() =>
        Volatile.Read(ref _lostConnection) && Interlocked.Exchange(ref _lostConnection, false);

    public void ThrowIfAny()
    {
        if (_failure is { } failure)
            throw failure;
    }
}
