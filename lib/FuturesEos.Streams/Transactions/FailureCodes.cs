using Confluent.Kafka;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// Every error code of Kafka and of its client, in the four groups of the engine's FailureTable. One list for all
/// programs: FuturesEos.ServiceDefaults compiles this file too, since services without the engine meet the same codes.
/// </summary>
internal static class FailureCodes
{
    // a broker, a coordinator, a connection or a replica is away, moves or is late
    public static readonly ErrorCode[] Passing =
    [
        ErrorCode.Local_Transport, ErrorCode.Local_Resolve,
        ErrorCode.Local_AllBrokersDown, ErrorCode.Local_TimedOut, ErrorCode.Local_TimedOutQueue,
        ErrorCode.Local_QueueFull, ErrorCode.Local_IsrInsuff, ErrorCode.Local_NodeUpdate, ErrorCode.Local_WaitCoord,
        ErrorCode.Local_WaitCache, ErrorCode.Local_InProgress, ErrorCode.Local_PrevInProgress, ErrorCode.Local_Intr,
        ErrorCode.Local_Retry, ErrorCode.Local_Partial, ErrorCode.Local_UnknownBroker,
        ErrorCode.Local_DestroyBroker, ErrorCode.Local_PartitionEOF, ErrorCode.Local_NoOffset,
        ErrorCode.Local_Outdated, ErrorCode.Local_Noop, ErrorCode.Local_BadMsg, ErrorCode.Local_BadCompression,
        ErrorCode.LeaderNotAvailable, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut,
        ErrorCode.BrokerNotAvailable, ErrorCode.ReplicaNotAvailable, ErrorCode.NetworkException,
        ErrorCode.GroupLoadInProgress, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.NotCoordinatorForGroup,
        ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.NotController,
        ErrorCode.ConcurrentTransactions, ErrorCode.KafkaStorageError, ErrorCode.ReassignmentInProgress,
        ErrorCode.FetchSessionIdNotFound, ErrorCode.InvalidFetchSessionEpoch, ErrorCode.ListenerNotFound,
        ErrorCode.FencedLeaderEpoch, ErrorCode.UnknownLeaderEpoch, ErrorCode.OffsetNotAvailable,
        ErrorCode.PreferredLeaderNotAvailable, ErrorCode.EligibleLeadersNotAvailable,
        ErrorCode.UnstableOffsetCommit, ErrorCode.ThrottlingQuotaExceeded, ErrorCode.MemberIdRequired,
        ErrorCode.StaleCtrlEpoch, ErrorCode.StaleBrokerEpoch, ErrorCode.NoError, ErrorCode.DuplicateSequenceNumber,
        ErrorCode.TopicAlreadyExists, ErrorCode.ElectionNotNeeded, ErrorCode.NoReassignmentInProgress,
        ErrorCode.TelemetryTooLarge, ErrorCode.UnknownSubscriptionId, ErrorCode.RebootstrapRequired,
        ErrorCode.GroupMaxSizeReached, ErrorCode.InconsistentVoterSet, ErrorCode.Local_AssignPartitions,
        ErrorCode.Local_RevokePartitions, ErrorCode.Local_MaxPollExceeded,
        // an admin client that finds no leader of any partition: the only broker has just been started again
        ErrorCode.Local_NoEnt,
    ];

    // the group moved on while the transaction was open, or a record of it was not delivered in time
    public static readonly ErrorCode[] GroupMovedOn =
    [
        ErrorCode.IllegalGeneration, ErrorCode.UnknownMemberId,
        ErrorCode.RebalanceInProgress, ErrorCode.StaleMemberEpoch, ErrorCode.FencedMemberEpoch,
        ErrorCode.GroupIdNotFound, ErrorCode.Local_AssignmentLost, ErrorCode.Local_MsgTimedOut,
        ErrorCode.Local_PurgeQueue, ErrorCode.Local_PurgeInflight, ErrorCode.OperationNotAttempted,
        ErrorCode.Local_LogTruncation,
    ];

    // fenced by another producer or by the coordinator's timeout, out of step with it,
    // or in a state the client cannot leave
    public static readonly ErrorCode[] ProducerIsOut =
    [
        ErrorCode.InvalidProducerEpoch, ErrorCode.ProducerFenced,
        ErrorCode.Local_Fenced, ErrorCode.InvalidTxnState, ErrorCode.InvalidProducerIdMapping,
        ErrorCode.UnknownProducerId, ErrorCode.OutOfOrderSequenceNumber, ErrorCode.TransactionCoordinatorFenced,
        ErrorCode.Local_Fatal, ErrorCode.Local_State, ErrorCode.Local_Conflict, ErrorCode.Local_Inconsistent,
        ErrorCode.Local_GaplessGuarantee, ErrorCode.Local_Fail, ErrorCode.Local_Destroy, ErrorCode.Unknown,
    ];

    // rights, settings, topics and records that only a person can put right
    public static readonly ErrorCode[] NeedsAPerson =
    [
        ErrorCode.TopicAuthorizationFailed, ErrorCode.GroupAuthorizationFailed,
        ErrorCode.ClusterAuthorizationFailed, ErrorCode.TransactionalIdAuthorizationFailed,
        ErrorCode.SaslAuthenticationFailed, ErrorCode.UnsupportedSaslMechanism, ErrorCode.IllegalSaslState,
        ErrorCode.SecurityDisabled, ErrorCode.Local_Ssl, ErrorCode.Local_Authentication,
        ErrorCode.UnacceptableCredential, ErrorCode.PrincipalDeserializationFailure, ErrorCode.InvalidPrincipalType,
        ErrorCode.DelegationTokenAuthDisabled, ErrorCode.DelegationTokenNotFound,
        ErrorCode.DelegationTokenOwnerMismatch, ErrorCode.DelegationTokenRequestNotAllowed,
        ErrorCode.DelegationTokenAuthorizationFailed, ErrorCode.DelegationTokenExpired, ErrorCode.FencedInstanceId,
        ErrorCode.UnreleasedInstanceId, ErrorCode.InvalidTransactionTimeout, ErrorCode.InvalidSessionTimeout,
        ErrorCode.InconsistentGroupProtocol, ErrorCode.UnsupportedAssignor, ErrorCode.InvalidGroupId,
        ErrorCode.UnsupportedVersion, ErrorCode.UnsupportedForMessageFormat, ErrorCode.UnsupportedCompressionType,
        ErrorCode.InvalidRequiredAcks, ErrorCode.InvalidRequest, ErrorCode.InvalidConfig,
        ErrorCode.InvalidPartitions, ErrorCode.InvalidReplicationFactor, ErrorCode.InvalidReplicaAssignment,
        ErrorCode.PolicyViolation, ErrorCode.TopicException, ErrorCode.TopicDeletionDisabled,
        ErrorCode.UnknownTopicOrPart, ErrorCode.UnknownTopicId, ErrorCode.Local_UnknownTopic,
        ErrorCode.Local_UnknownPartition, ErrorCode.InvalidMsg, ErrorCode.InvalidMsgSize, ErrorCode.MsgSizeTooLarge,
        ErrorCode.RecordListTooLarge, ErrorCode.InvalidRecord, ErrorCode.InvalidTimestamp,
        ErrorCode.OffsetMetadataTooLarge, ErrorCode.InvalidCommitOffsetSize, ErrorCode.OffsetOutOfRange,
        ErrorCode.Local_AutoOffsetReset, ErrorCode.LogDirNotFound, ErrorCode.NonEmptyGroup,
        ErrorCode.GroupSubscribedToTopic, ErrorCode.ResourceNotFound, ErrorCode.DuplicateResource,
        ErrorCode.InvalidUpdateVersion, ErrorCode.FeatureUpdateFailed, ErrorCode.Local_CritSysResource,
        ErrorCode.Local_FS, ErrorCode.Local_InvalidArg, ErrorCode.Local_UnknownGroup,
        ErrorCode.Local_ExistingSubscription, ErrorCode.Local_UnknownProtocol, ErrorCode.Local_NotImplemented,
        ErrorCode.Local_UnsupportedFeature, ErrorCode.Local_KeySerialization, ErrorCode.Local_ValueSerialization,
        ErrorCode.Local_KeyDeserialization, ErrorCode.Local_ValueDeserialization, ErrorCode.Local_ReadOnly,
        ErrorCode.Local_Underflow, ErrorCode.Local_InvalidType,
        ErrorCode.Local_NotConfigured, ErrorCode.Local_Application, ErrorCode.Local_InvalidDifferentRecord,
    ];
}
