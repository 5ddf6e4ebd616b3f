using System.Net;
using System.Net.Sockets;
using FuturesEos.Cli.Chaos;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

public sealed class NetworkLinkTests : IAsyncDisposable
{
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly NetworkLink _link;

    public NetworkLinkTests()
    {
        _echo.Start();
        _ = EchoAsync();
        _link = new NetworkLink($"127.0.0.1:{((IPEndPoint)_echo.LocalEndpoint).Port}");
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _echo.Dispose();
    }

    [Fact]
    public async Task what_is_sent_arrives_and_comes_back()
    {
        using var client = await ConnectAsync();
        Assert.Equal(42, await AskAsync(client, 42));
    }

    [Fact]
    public async Task a_cut_resets_connections_takes_none_and_is_over_at_its_end()
    {
        using var client = await ConnectAsync();
        Assert.Equal(1, await AskAsync(client, 1));
        using var end = new CancellationTokenSource();
        var cut = _link.CutAsync(Timeout.InfiniteTimeSpan, end.Token);
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(client, 2));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var another = await ConnectAsync();
            await AskAsync(another, 3);
        });
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut);
        using var later = await ConnectAsync();
        Assert.Equal(4, await AskAsync(later, 4));
    }

    [Fact]
    public async Task a_stall_carries_nothing_and_loses_nothing()
    {
        using var client = await ConnectAsync();
        Assert.Equal(1, await AskAsync(client, 1));
        using var end = new CancellationTokenSource();
        var stall = _link.StallAsync(Timeout.InfiniteTimeSpan, end.Token);
        var answer = AskAsync(client, 2);
        using var direct = new TcpClient();
        await direct.ConnectAsync((IPEndPoint)_echo.LocalEndpoint);
        for (var i = 0; i < 20; i++) Assert.Equal(i, await AskAsync(direct, (byte)i));
        Assert.False(answer.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stall);
        Assert.Equal(2, await answer);
    }

    [Fact]
    public async Task a_fault_tells_how_many_connections_it_hit()
    {
        Assert.Equal(0, await _link.CutAsync(TimeSpan.Zero, default));
        using var client = await ConnectAsync();
        Assert.Equal(1, await AskAsync(client, 1));
        Assert.Equal(1, await _link.StallAsync(TimeSpan.Zero, default));
        Assert.Equal(1, await _link.CutAsync(TimeSpan.Zero, default));
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(_link.Address));
        return client;
    }

    private static async Task<int> AskAsync(TcpClient client, byte question)
    {
        using var deadline = new CancellationTokenSource(Deadline.Usual);
        var stream = client.GetStream();
        await stream.WriteAsync(new[] { question }, deadline.Token);
        var answer = new byte[1];
        if (await stream.ReadAsync(answer, deadline.Token) == 0) throw new IOException("closed");
        return answer[0];
    }

    private async Task EchoAsync()
    {
        while (true)
        {
            try
            {
                var client = await _echo.AcceptTcpClientAsync();
                _ = client.GetStream().CopyToAsync(client.GetStream());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
