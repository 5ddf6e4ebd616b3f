using System.Collections.Frozen;
using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.EmbeddedKafka.Handlers;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>API key to handler.</summary>
internal sealed class Dispatcher
{
    private readonly FrozenDictionary<ApiKey, Endpoint> _endpoints;
    private readonly FaultPlan? _faults;
    private readonly FaultInjection _injection;

    public Dispatcher(IEnumerable<Endpoint> endpoints, EmbeddedKafkaOptions options)
    {
        _faults = options.Faults;
        _injection = new FaultInjection(options.Time);
        _endpoints = endpoints.Append(Endpoint.Of(new ApiVersionsHandler(ApiList)))
            .ToFrozenDictionary(endpoint => endpoint.Api.Key);
    }

    /// <summary>Answers a frame; dispose the reply once it is sent.</summary>
    /// <exception cref="ProtocolException">The request is unknown, not offered in this version,
    /// or malformed.</exception>
    public ValueTask<Reply> DispatchAsync(ReadOnlyMemory<byte> frame, Peer peer, CancellationToken closing)
    {
        if (_faults?.Meet(RequestHeader.Read(frame.Span, out _).Key) is not { } fault)
            return CarryOutAsync(frame, peer, closing, null);
        return fault.Kind == FaultKind.Refuse
            ? CarryOutAsync(frame, peer, closing, fault.Error)
            : _injection.ApplyAsync(fault, frame, (bytes, cancel) => CarryOutAsync(bytes, peer, cancel, null), closing);
    }

    private async ValueTask<Reply> CarryOutAsync(
        ReadOnlyMemory<byte> frame, Peer peer, CancellationToken closing, KafkaError? refusal)
    {
        var header = RequestHeader.Read(frame.Span, out var headerBytes);
        if (!_endpoints.TryGetValue(header.Key, out var endpoint))
            throw new ProtocolException($"API {(short)header.Key} is not offered.");
        var api = endpoint.Api;
        if (!api.IsOffered(header.Version))
            return new Reply(RefuseVersion(api, header), null);
        var context = new RequestContext { Header = header, Peer = peer, Closing = closing };
        try
        {
            var reader = new ProtocolReader(frame[headerBytes..], header.Version, api.IsFlexible(header.Version));
            if (reader.IsFlexible)
                reader.SkipTags();
            var response = refusal is { } error
                ? Refusal.Of(endpoint.Read(reader), error)
                : await endpoint.InvokeAsync(reader, context);
            return new Reply(
                response is null ? null : Write(response, api, header.Version, header.CorrelationId), context);
        }
        catch (ProtocolException malformed)
        {
            context.Dispose();
            throw new ProtocolException(
                $"{header.Key} {header.Version} of client '{header.ClientId}': {malformed.Message}", malformed);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    // KIP-511: a newer client learns from an answer in version 0 what it may ask; anything else cannot be answered.
    private ProtocolWriter RefuseVersion(Api api, RequestHeader header)
    {
        if (api.Key != ApiKey.ApiVersions)
        {
            throw new ProtocolException(
                $"{api.Key} {header.Version} is not offered; versions {api.MinVersion} to {api.MaxVersion} are.");
        }

        var response = new ApiVersionsResponse { ErrorCode = KafkaError.UnsupportedVersion, ApiKeys = ApiList() };
        return Write(response, api, version: 0, header.CorrelationId);
    }

    /// <summary>What is offered, as ApiVersions tells it.</summary>
    public ApiVersionsResponse.ApiVersion[] ApiList() =>
    [
        .. _endpoints.Values.Select(endpoint => endpoint.Api).OrderBy(api => api.Key)
            .Select(api => new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = api.MinVersion,
                MaxVersion = api.MaxVersion,
            }),
    ];

    private static ProtocolWriter Write(IProtocolStruct response, Api api, short version, int correlationId)
    {
        var writer = new ProtocolWriter(version, api.IsFlexible(version));
        writer.StartFrame();
        writer.Int32(ref correlationId);
        if (api.HasFlexibleResponseHeader(version))
            writer.WriteUnsignedVarint(0);
        writer.Struct(response);
        return writer;
    }
}
