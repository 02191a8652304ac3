/** The API's objects as the worker hands them over, by short names. */

import type { tl } from '@mtcute/core'

import type { Plain } from '../engine/plain.ts'

export type User = Plain<tl.TypeUser>
export type Chat = Plain<tl.TypeChat>
export type Message = Plain<tl.TypeMessage>
export type Action = Plain<tl.TypeMessageAction>
export type Media = Plain<tl.TypeMessageMedia>
export type InputStickerSet = Plain<tl.TypeInputStickerSet>
export type Document = Plain<tl.TypeDocument>
export type Photo = Plain<tl.TypePhoto>
export type PhotoSize = Plain<tl.TypePhotoSize>
export type MessageEntity = Plain<tl.TypeMessageEntity>
export type PeerName = Plain<tl.TypePeer>
export type InputPeer = Plain<tl.TypeInputPeer>
export type InputUser = Plain<tl.TypeInputUser>
export type InputChannel = Plain<tl.TypeInputChannel>
export type Dialog = Plain<tl.TypeDialog>
export type DraftMessage = Plain<tl.TypeDraftMessage>
export type NotifySettings = Plain<tl.TypePeerNotifySettings>
export type Reactions = Plain<tl.TypeMessageReactions>
export type ReactionName = Plain<tl.TypeReaction>
export type WebPage = Plain<tl.TypeWebPage>
export type PrivacyRule = Plain<tl.TypePrivacyRule>
export type InputPrivacyRule = Plain<tl.TypeInputPrivacyRule>
export type DialogFilter = Plain<tl.TypeDialogFilter>
export type Poll = Plain<tl.TypePoll>
export type PollResults = Plain<tl.TypePollResults>
export type ReplyMarkup = Plain<tl.TypeReplyMarkup>
export type ReplyHeader = Plain<tl.TypeMessageReplyHeader>
export type Update = Plain<tl.TypeUpdate>
export type UserStatus = Plain<tl.TypeUserStatus>
export type Histories = Plain<tl.messages.TypeMessages>
export type ForumTopic = Plain<tl.TypeForumTopic>
export type UserFull = Plain<tl.TypeUserFull>
export type ChatFull = Plain<tl.TypeChatFull>
export type Participant = Plain<tl.TypeChannelParticipant>
export type GroupParticipant = Plain<tl.TypeChatParticipant>
export type ChatInvite = Plain<tl.TypeChatInvite>
export type ExportedInvite = Plain<tl.TypeExportedChatInvite>
export type MessagesFilter = Plain<tl.TypeMessagesFilter>
export type ParticipantsFilter = Plain<tl.TypeChannelParticipantsFilter>
export type AdminRights = Plain<tl.TypeChatAdminRights>
export type BannedRights = Plain<tl.TypeChatBannedRights>
export type ReportResult = Plain<tl.TypeReportResult>
export type LogAction = Plain<tl.TypeChannelAdminLogEventAction>
