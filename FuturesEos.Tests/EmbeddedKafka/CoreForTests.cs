using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuturesEos.Tests.EmbeddedKafka;

/// <summary>The broker without its sockets, over a disk that a test can break.</summary>
internal sealed class CoreForTests : IAsyncDisposable
{
    private const int LengthAndCorrelation = 8;

    private readonly TemporaryFolder _folder = new("core");
    private readonly BrokerCore _core;

    private CoreForTests(TemporaryFolder folder, BrokerCore core) => (_folder, _core) = (folder, core);

    public string Folder => _folder.Path;

    public BrokerCore Core => _core;

    public static async Task<CoreForTests> OpenAsync(
        LogStorage storage, FsyncPolicy fsync, Func<string, EmbeddedKafkaOptions>? options = null, MemoryLimits? memory = null)
    {
        var folder = new TemporaryFolder("core");
        var chosen = options?.Invoke(folder.Path) ?? new EmbeddedKafkaOptions { DataFolder = folder.Path };
        var environment = new LogEnvironment(TimeProvider.System, NullLogger.Instance)
        {
            Fsync = fsync, Storage = storage, Memory = memory ?? MemoryLimits.Default,
        };
        var node = new BrokerNode("cluster", 1, "127.0.0.1", 9092);
        return new CoreForTests(folder, await BrokerCore.OpenAsync(chosen, environment, node));
    }

    /// <summary>Asks and reads the answer; fails where a client's connection would be closed.</summary>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, short? version = null)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var api = TRequest.Api;
        var asked = version ?? api.MaxVersion;
        using var writer = new ProtocolWriter(asked, api.IsFlexible(asked));
        new RequestHeader(api.Key, asked, 1, "test").Write(writer);
        writer.Struct(request);
        using var reply = await _core.Dispatcher.DispatchAsync(writer.ToArray(), new Peer("/127.0.0.1", null), default);
        reply.Frame!.FinishFrame();
        var reader = new ProtocolReader(
            reply.Frame.ToArray().AsMemory(LengthAndCorrelation), asked, api.IsFlexible(asked));
        if (api.HasFlexibleResponseHeader(asked)) reader.SkipTags();
        var response = new TResponse();
        reader.Struct(response);
        return response;
    }

    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        _folder.Dispose();
    }
}
