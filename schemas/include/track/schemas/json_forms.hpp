#pragma once

#include "track/schemas/error.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/json.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/registry_reports.hpp"
#include "track/schemas/store_reports.hpp"

// The JSON form of every record, as schemas/json/*.schema.json describe them.
// Optional members are always there, as null; times are RFC 3339.

namespace track::schemas {

[[nodiscard]] Json to_json(const RunRecord& record);
[[nodiscard]] Json to_json(const AttemptRecord& record);
[[nodiscard]] Json to_json(const ParamRecord& record);
[[nodiscard]] Json to_json(const TagRecord& record);
[[nodiscard]] Json to_json(const MetricRecord& record);
[[nodiscard]] Json to_json(const PointRecord& record);
[[nodiscard]] Json to_json(const ArtifactRecord& record);
[[nodiscard]] Json to_json(const DatasetRecord& record);
[[nodiscard]] Json to_json(const SeedRecord& record);
[[nodiscard]] Json to_json(const CapturedField& field);
[[nodiscard]] Json to_json(const ModelRecord& record);
[[nodiscard]] Json to_json(const ModelVersionRecord& record);
[[nodiscard]] Json to_json(const AliasRecord& record);
[[nodiscard]] Json to_json(const TransitionRecord& record);
[[nodiscard]] Json to_json(const AuditRecord& record);
[[nodiscard]] Json to_json(const MemberRecord& record);
[[nodiscard]] Json to_json(const ConflictRecord& record);
[[nodiscard]] Json to_json(const IngestReport& report);
[[nodiscard]] Json to_json(const VerifyReport& report);
[[nodiscard]] Json to_json(const GcReport& report);
[[nodiscard]] Json to_json(const UsageReport& report);
[[nodiscard]] Json to_json(const DoctorReport& report);
[[nodiscard]] Json to_json(const LevelReport& report);
[[nodiscard]] Json to_json(const Divergence& divergence);
[[nodiscard]] Json to_json(const JudgeReport& report);
[[nodiscard]] Json to_json(const ReplayReport& report);
[[nodiscard]] Json to_json(const DiffReport& report);
[[nodiscard]] Json to_json(const PolicyReport& report);
[[nodiscard]] Json to_json(const PromotionReport& report);
[[nodiscard]] Json to_json(const AuditReport& report);
[[nodiscard]] Json to_json(const AuditCheckpoint& checkpoint);
[[nodiscard]] Json to_json(const KeyRecord& key);
[[nodiscard]] Json to_json(const StepValue& value);
/// {"error": {"code": …, "message": …, "hint": …}}
[[nodiscard]] Json to_json(const Error& error);

}  // namespace track::schemas
