using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker;

/// <summary>
/// The epoch of each transactional id: a program of protocol 2 gets a new one with every transaction, one of protocol 1 only
/// where it starts.
/// </summary>
internal static class Epochs
{
    public static async Task<IReadOnlyDictionary<string, short>> ReadAsync(string servers)
    {
        await using var connection = await KafkaConnection.ConnectAsync(servers, "epochs", Deadline.Usual);
        var listed = await connection.SendAsync<ListTransactionsRequest, ListTransactionsResponse>(new());
        var described = await connection.SendAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(
            new() { TransactionalIds = [.. listed.TransactionStates.Select(t => t.TransactionalId)] });
        return described.TransactionStates.ToDictionary(t => t.TransactionalId, t => t.ProducerEpoch);
    }
}
