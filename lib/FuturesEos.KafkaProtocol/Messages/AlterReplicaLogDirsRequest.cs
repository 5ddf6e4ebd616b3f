using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Moves partitions to another folder of the broker.</summary>
public sealed class AlterReplicaLogDirsRequest : IKafkaRequest<AlterReplicaLogDirsResponse>
{
    public static Api Api { get; } = new(ApiKey.AlterReplicaLogDirs, 1, 2, flexibleFrom: 2);

    public AlterReplicaLogDir[] Dirs = [];

    public void Visit(ProtocolCodec codec) => codec.Array(ref Dirs);

    public sealed class AlterReplicaLogDir : IProtocolStruct
    {
        public string Path = "";
        public AlterReplicaLogDirTopic[] Topics = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Path);
            codec.Array(ref Topics);
        }
    }

    public sealed class AlterReplicaLogDirTopic : IProtocolStruct
    {
        public string Name = "";
        public int[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32s(ref Partitions);
        }
    }
}
