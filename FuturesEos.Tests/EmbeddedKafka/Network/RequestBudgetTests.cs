using System.Buffers.Binary;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

public class RequestBudgetTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task who_does_not_fit_waits_and_nobody_overtakes_him()
    {
        var budget = new RequestBudget(10);
        await budget.TakeAsync(8, CancellationToken.None);
        var large = budget.TakeAsync(5, CancellationToken.None).AsTask();
        var small = budget.TakeAsync(1, CancellationToken.None).AsTask();
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        budget.Return(8);
        await large.WaitAsync(Deadline.Usual);
        await small.WaitAsync(Deadline.Usual);
    }

    [Fact]
    public async Task what_is_larger_than_all_is_let_in_when_it_is_alone()
    {
        var budget = new RequestBudget(10);
        await budget.TakeAsync(1, CancellationToken.None);
        var large = budget.TakeAsync(50, CancellationToken.None).AsTask();
        Assert.False(large.IsCompleted);
        budget.Return(1);
        await large.WaitAsync(Deadline.Usual);
        var next = budget.TakeAsync(1, CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        budget.Return(50);
        await next.WaitAsync(Deadline.Usual);
    }

    [Fact]
    public async Task who_leaves_the_queue_lets_those_behind_him_in()
    {
        using var leaving = new CancellationTokenSource();
        var budget = new RequestBudget(10);
        await budget.TakeAsync(6, CancellationToken.None);
        var large = budget.TakeAsync(5, leaving.Token).AsTask();
        var small = budget.TakeAsync(4, CancellationToken.None).AsTask();
        Assert.False(small.IsCompleted);
        await leaving.CancelAsync();
        await small.WaitAsync(Deadline.Usual);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        budget.Return(6);
        budget.Return(4);
        await budget.TakeAsync(10, CancellationToken.None); // nothing was lost
        Assert.Equal(0, budget.Waiting);
    }

    [Fact]
    public async Task a_request_that_waits_longer_than_a_transfer_may_take_is_answered_and_so_is_one_above_the_budget()
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new EmbeddedKafkaOptions
        {
            DataFolder = folder,
            MaxInFlightBytes = MiB,
            TransferTimeout = TimeSpan.FromSeconds(3),
        });
        using var first = await RawClient.ConnectAsync(broker.BootstrapServers);
        using var never = await RawClient.ConnectAsync(broker.BootstrapServers);
        using var second = await RawClient.ConnectAsync(broker.BootstrapServers);
        var request = Padded(8 * MiB);

        // one takes the budget and stops: it is cut off when its time is over, and the others have waited no less
        await never.SendAsync(request.AsMemory(0, 2 * MiB));
        var both = Task.WhenAll(first.SendAsync(request), second.SendAsync(request));
        Assert.True(await never.IsClosedAsync());
        await both.WaitAsync(Deadline.Usual);
        Assert.NotEmpty(await first.ReceiveAsync());
        Assert.NotEmpty(await second.ReceiveAsync());
    }

    // what follows the fields of a request is passed over
    internal static byte[] Padded(int bytes)
    {
        var frame = RawClient.Frame(new ApiVersionsRequest(), ApiVersionsRequest.Api, 2, correlationId: 1);
        Array.Resize(ref frame, bytes);
        BinaryPrimitives.WriteInt32BigEndian(frame, bytes - 4);
        return frame;
    }
}
