using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Whether a client and the broker speak of the same leader (KIP-320).</summary>
internal static class LeaderEpochs
{
    private const int NotGiven = -1;

    public static KafkaError Check(PartitionLog log, int epochOfClient)
    {
        if (epochOfClient == NotGiven || epochOfClient == log.LeaderEpoch)
            return KafkaError.None;
        return epochOfClient < log.LeaderEpoch ? KafkaError.FencedLeaderEpoch : KafkaError.UnknownLeaderEpoch;
    }
}
